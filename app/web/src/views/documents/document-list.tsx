import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { useSlots } from '../../ui/use-slots';
import { useVirtual } from '../../ui/use-virtual';
import { DocumentRow } from './document-row';
import { listStyle } from './layout';
import { ListHead } from './list-head';
import { useColumns } from './use-columns';
import { useOpenDocument } from './use-open-document';

const ROW_HEIGHT = 44;
/** On a phone a row is a small card. */
const CARD_HEIGHT = 120;
/** The head sticks to the top of the list; on a phone there is none. */
const HEAD_HEIGHT = 36;

interface DocumentListProps {
  ids: readonly string[];
  /** Where the focus goes that leaves the search downwards. */
  list: RefObject<HTMLDivElement>;
}

/**
 * The rows of the documents. Arrow keys move, Enter opens; Space chooses, and Shift with an arrow
 * chooses up to there; Ctrl+A chooses all, Escape none.
 */
export function DocumentList({ ids, list }: DocumentListProps) {
  const { documents } = useWorkspace();
  const { selection } = documents;
  const scroller = useRef<HTMLDivElement>(null);
  const active = useSignal<string | null>(null);
  const columns = useColumns();
  const rowHeight = isNarrow.value ? CARD_HEIGHT : ROW_HEIGHT;
  const headHeight = isNarrow.value ? 0 : HEAD_HEIGHT;
  const virtual = useVirtual(scroller, ids.length, rowHeight, headHeight);
  const items = virtual.getVirtualItems();
  const slotOf = useSlots(items.map(({ index }) => ids[index] ?? ''));
  const openDocument = useOpenDocument();
  const moved = useRef(false);
  const activeIndex = active.value === null ? -1 : ids.indexOf(active.value);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof Element) || event.target.role !== 'row') return;
    const id = active.value;
    if (event.key === ' ' && id) {
      event.preventDefault();
      if (event.shiftKey) selection.extendTo(id);
      else selection.toggle(id);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      selection.all();
    } else if (event.key === 'Escape') {
      selection.clear();
    } else {
      move(event);
    }
  };

  const move = (event: KeyboardEvent) => {
    const target = targetOf(event.key, activeIndex, ids.length);
    const id = target === null ? undefined : ids[target];
    if (target === null || !id) return;
    event.preventDefault();
    if (event.shiftKey) {
      if (active.value && selection.ids.value.length === 0) selection.toggle(active.value);
      selection.extendTo(id);
    }
    active.value = id;
    moved.current = true;
    virtual.scrollToIndex(target);
  };

  useEffect(() => {
    // The row that had the focus is out of sight, and its elements are another's now.
    const focused = document.activeElement?.closest<HTMLElement>('.document-row');
    if (focused && focused.dataset.pdfId !== active.value) focused.blur();
    // The row may be drawn only after the list has scrolled to it.
    if (!moved.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-pdf-id="${active.value}"]`);
    if (!row) return;
    moved.current = false;
    row.focus({ preventScroll: true });
  });

  return (
    <div
      ref={list}
      class="document-table"
      role="grid"
      aria-label={t('app.documents')}
      aria-multiselectable="true"
      aria-rowcount={ids.length + 1}
      aria-colcount={columns.length + 2}
      style={listStyle(columns)}
    >
      <div role="presentation" class="document-scroller" ref={scroller}>
        <ListHead columns={columns} />
        <div
          role="rowgroup"
          class="document-rows"
          style={{ height: `${virtual.getTotalSize()}px` }}
          onKeyDown={onKeyDown}
        >
          {items.map(({ index, start, size }) => {
            const pdf = documents.pdfs.get(ids[index] ?? '');
            return (
              pdf && (
                <DocumentRow
                  key={slotOf(pdf.id)}
                  pdf={pdf}
                  columns={columns}
                  index={index}
                  top={start - headHeight}
                  height={size}
                  chosen={selection.has(pdf.id)}
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
