import type { Pdf } from '../../api/rows';
import type { Column } from '../../stores/documents/columns';
import { useWorkspace } from '../../ui/context';
import { cellText } from './cells';
import { FileName, Presence } from './row-parts';

/** These have places of their own in a card; the others share a line, in the user's order. */
const PLACED: readonly Column[] = ['customer', 'fileName', 'total', 'availability', 'branch'];

/** A document on a phone: the chosen columns without a table. */
export function Card({ pdf, columns }: { pdf: Pdf; columns: readonly Column[] }) {
  const workspace = useWorkspace();
  const text = (column: Column) =>
    columns.includes(column) ? cellText(column, pdf, workspace) : '';
  const customer = text('customer');
  const others = columns
    .filter((column) => !PLACED.includes(column))
    .map((column) => cellText(column, pdf, workspace))
    .filter(Boolean);
  return (
    <span role="gridcell" class="card-body-lines">
      <span class="card-line">
        <span class="card-title-line">{customer || <FileName pdf={pdf} />}</span>
        <span class="card-total">{text('total')}</span>
      </span>
      {customer && columns.includes('fileName') && (
        <span class="card-line">
          <FileName pdf={pdf} />
        </span>
      )}
      <span class="card-others">{others.join(' · ')}</span>
      <span class="card-line">
        {columns.includes('availability') && <Presence pdf={pdf} />}
        <span class="card-branch">{text('branch')}</span>
      </span>
    </span>
  );
}
