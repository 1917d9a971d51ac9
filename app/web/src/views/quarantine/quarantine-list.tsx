import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { useVirtual } from '../../ui/use-virtual';
import { QuarantineRow } from './quarantine-row';

const ROW_HEIGHT = 84;
const CARD_HEIGHT = 184;

export function QuarantineList({ ids }: { ids: readonly string[] }) {
  const { paths, quarantine } = useWorkspace();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtual(scroller, ids.length, isNarrow.value ? CARD_HEIGHT : ROW_HEIGHT, 0);
  const items = virtual.getVirtualItems();
  const shown = items.flatMap(({ index }) => quarantine.pdfs.get(ids[index] ?? '') ?? []);
  const key = shown.map((pdf) => `${pdf.id}/${pdf.version}`).join();
  useEffect(() => paths.want(shown), [paths, key]);
  return (
    <div class="quarantine-list" ref={scroller}>
      <ul
        class="quarantine-rows"
        style={{ height: `${virtual.getTotalSize()}px` }}
        aria-label={t('quarantine.list')}
      >
        {items.map(({ index, start, size }) => {
          const pdf = quarantine.pdfs.get(ids[index] ?? '');
          return (
            pdf && (
              <QuarantineRow
                key={pdf.id}
                pdf={pdf}
                index={index}
                of={ids.length}
                top={start}
                height={size}
              />
            )
          );
        })}
      </ul>
    </div>
  );
}
