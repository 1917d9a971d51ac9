import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { useVirtual } from '../../ui/use-virtual';
import { DocumentRow } from './document-row';
import { listStyle } from './layout';
import { ListHead } from './list-head';
import { useColumns } from './use-columns';
import { useRowEvents } from './use-row-events';

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

/** The rows of the documents, as many as are on screen. */
export function DocumentList({ ids, list }: DocumentListProps) {
  const { documents } = useWorkspace();
  const { selection } = documents;
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns();
  const rowHeight = isNarrow.value ? CARD_HEIGHT : ROW_HEIGHT;
  const headHeight = isNarrow.value ? 0 : HEAD_HEIGHT;
  const virtual = useVirtual(scroller, ids.length, rowHeight, headHeight);
  // Each stays where it is among the elements: to move one costs the browser as much as a new one.
  const rows = virtual.rows.sort((a, b) => a.slot - b.slot);
  const { activeIndex, handlers } = useRowEvents(ids, scroller, virtual.scrollToIndex);

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
          style={{ height: `${virtual.height}px` }}
          {...handlers}
        >
          {rows.map(({ index, top, slot }) => {
            const pdf = documents.pdfs.get(ids[index] ?? '');
            return (
              pdf && (
                <DocumentRow
                  key={slot}
                  pdf={pdf}
                  columns={columns}
                  index={index}
                  top={top}
                  height={rowHeight}
                  chosen={selection.has(pdf.id)}
                  focusable={activeIndex < 0 ? index === 0 : index === activeIndex}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
