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
  const rowHeight = isNarrow.value ? CARD_HEIGHT : ROW_HEIGHT;
  const { rows, height } = useVirtual(scroller, ids.length, rowHeight, 0);
  const shown = rows.flatMap(({ index }) => quarantine.pdfs.get(ids[index] ?? '') ?? []);
  const key = shown.map((pdf) => `${pdf.id}/${pdf.version}`).join();
  useEffect(() => paths.want(shown), [paths, key]);
  return (
    <div class="quarantine-list" ref={scroller}>
      <ul
        class="quarantine-rows"
        style={{ height: `${height}px` }}
        aria-label={t('quarantine.list')}
      >
        {rows.map(({ index, top }) => {
          const pdf = quarantine.pdfs.get(ids[index] ?? '');
          return (
            pdf && (
              <QuarantineRow
                key={pdf.id}
                pdf={pdf}
                index={index}
                of={ids.length}
                top={top}
                height={rowHeight}
              />
            )
          );
        })}
      </ul>
    </div>
  );
}
