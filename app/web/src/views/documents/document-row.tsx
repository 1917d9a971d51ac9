import { IconInfoCircle } from '@tabler/icons-preact';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import type { Column } from '../../stores/documents/columns';
import { useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { Card } from './card';
import { Cell, PinButton } from './row-parts';

interface DocumentRowProps {
  pdf: Pdf;
  columns: readonly Column[];
  index: number;
  top: number;
  height: number;
  chosen: boolean;
  focusable: boolean;
  onFocus: () => void;
  onOpen: () => void;
}

/** One document. A click opens it; with Ctrl it chooses it, with Shift all up to it. */
export function DocumentRow({ pdf, columns, index, top, height, ...row }: DocumentRowProps) {
  const { documents } = useWorkspace();
  const { selection } = documents;
  const onClick = (event: MouseEvent) => {
    const within = event.target instanceof Element ? event.target : null;
    const isChoice = within?.closest('.cell-select') !== null;
    // The buttons and links within the row have a meaning of their own.
    if (!isChoice && within?.closest('a, button:not(.document-open)')) return;
    if (event.shiftKey) {
      selection.extendTo(pdf.id);
      // The browser has marked the text between the two clicks.
      getSelection()?.removeAllRanges();
    } else if (isChoice || event.ctrlKey || event.metaKey) {
      selection.toggle(pdf.id);
    } else {
      row.onOpen();
    }
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={row.chosen}
      class="document-columns document-row"
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      tabIndex={row.focusable ? 0 : -1}
      data-testid="documents-row"
      data-pdf-id={pdf.id}
      data-file-name={pdf.fileName}
      data-availability={documents.availability(pdf)}
      data-status={pdf.status}
      onFocusIn={row.onFocus}
      onClick={onClick}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) row.onOpen();
      }}
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
      {isNarrow.value ? (
        <Card pdf={pdf} columns={columns} />
      ) : (
        columns.map((column) => <Cell key={column} column={column} pdf={pdf} />)
      )}
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
          <IconInfoCircle size={18} aria-hidden="true" />
        </a>
      </span>
    </div>
  );
}
