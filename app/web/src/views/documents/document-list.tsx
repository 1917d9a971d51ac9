import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { useVirtual } from '../../ui/use-virtual';
import { DocumentRow } from './document-row';
import { useOpenDocument } from './use-open-document';

const ROW_HEIGHT = 48;
/** On a phone a row is a small card. */
const CARD_HEIGHT = 112;
/** The head sticks to the top of the list; on a phone there is none. */
const HEAD_HEIGHT = 36;

const COLUMNS = [
  'type',
  'number',
  'customer',
  'eventDate',
  'total',
  'fileName',
  'branch',
  'availability',
  'updated',
  'actions',
] as const;

/** The rows of the documents; arrow keys move, Enter opens. */
export function DocumentList({ ids }: { ids: readonly string[] }) {
  const { documents } = useWorkspace();
  const scroller = useRef<HTMLDivElement>(null);
  const active = useSignal<string | null>(null);
  const rowHeight = isNarrow.value ? CARD_HEIGHT : ROW_HEIGHT;
  const headHeight = isNarrow.value ? 0 : HEAD_HEIGHT;
  const virtual = useVirtual(scroller, ids.length, rowHeight, headHeight);
  const openDocument = useOpenDocument();
  const moved = useRef(false);
  const activeIndex = active.value === null ? -1 : ids.indexOf(active.value);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof Element) || event.target.role !== 'row') return;
    const target = targetOf(event.key, activeIndex, ids.length);
    if (target === null) return;
    event.preventDefault();
    active.value = ids[target] ?? null;
    moved.current = true;
    virtual.scrollToIndex(target);
  };

  // The row may be drawn only after the list has scrolled to it.
  useEffect(() => {
    if (!moved.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-pdf-id="${active.value}"]`);
    if (!row) return;
    moved.current = false;
    row.focus({ preventScroll: true });
  });

  return (
    <div
      class="document-table"
      role="table"
      aria-label={t('app.documents')}
      aria-rowcount={ids.length + 1}
      aria-colcount={COLUMNS.length}
    >
      <div role="presentation" class="document-scroller" ref={scroller}>
        <div role="rowgroup" class="document-head">
          <div role="row" aria-rowindex={1} class="document-columns">
            {COLUMNS.map((column) => (
              <span key={column} role="columnheader" class={`cell cell-${column}`}>
                <span class={column === 'actions' ? 'visually-hidden' : undefined}>
                  {t(`documents.column.${column}`)}
                </span>
              </span>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          class="document-rows"
          style={{ height: `${virtual.getTotalSize()}px` }}
          onKeyDown={onKeyDown}
        >
          {virtual.getVirtualItems().map(({ index, start, size }) => {
            const pdf = documents.pdfs.get(ids[index] ?? '');
            return (
              pdf && (
                <DocumentRow
                  key={pdf.id}
                  pdf={pdf}
                  index={index}
                  top={start - headHeight}
                  height={size}
                  focusable={activeIndex < 0 ? index === 0 : index === activeIndex}
                  onFocus={() => {
                    active.value = pdf.id;
                  }}
                  onOpen={() => openDocument(pdf)}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

const PAGE_STEP = 10;

/** The index the key leads to, or null where it leads nowhere. */
function targetOf(key: string, from: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + PAGE_STEP,
    PageUp: from - PAGE_STEP,
    Home: 0,
    End: count - 1,
  };
  const target = steps[key];
  return target === undefined ? null : Math.max(0, Math.min(count - 1, target));
}
