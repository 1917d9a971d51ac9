import { IconInfoCircle } from '@tabler/icons-preact';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import type { Column } from '../../stores/documents/columns';
import { useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { Card } from './card';
import { Cells, PinButton } from './row-parts';

/** Made once, so that a row that is drawn anew leaves it alone. */
const DETAILS = <IconInfoCircle size={18} aria-hidden="true" />;

interface DocumentRowProps {
  pdf: Pdf;
  columns: readonly Column[];
  index: number;
  top: number;
  height: number;
  chosen: boolean;
  focusable: boolean;
}

/** One document. It reads signals, so it is drawn anew only where a property is another one. */
export function DocumentRow(row: DocumentRowProps) {
  const { pdf, columns } = row;
  const { documents } = useWorkspace();
  const Body = isNarrow.value ? Card : Cells;
  return (
    <div
      role="row"
      aria-rowindex={row.index + 2}
      aria-selected={row.chosen}
      class="document-columns document-row"
      style={{ transform: `translateY(${row.top}px)`, height: `${row.height}px` }}
      tabIndex={row.focusable ? 0 : -1}
      data-testid="documents-row"
      data-pdf-id={pdf.id}
      data-file-name={pdf.fileName}
      data-availability={documents.availability(pdf)}
      data-status={pdf.status}
    >
      <span role="gridcell" class="cell cell-select">
        <input
          type="checkbox"
          class="form-check-input"
          tabIndex={-1}
          checked={row.chosen}
          aria-label={t('documents.select', { name: pdf.fileName })}
          data-testid="select"
        />
      </span>
      <Body pdf={pdf} columns={columns} />
      <span role="gridcell" class="cell cell-actions">
        <PinButton pdf={pdf} />
        <a
          class="btn btn-icon btn-sm btn-ghost-secondary"
          href={`/documents/${pdf.id}`}
          tabIndex={row.focusable ? 0 : -1}
          aria-label={t('documents.details', { name: pdf.fileName })}
          title={t('documents.column.actions')}
          data-testid="details"
        >
          {DETAILS}
        </a>
      </span>
    </div>
  );
}
