import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { formatDay, formatMoment, formatMoney } from '../../i18n/format';
import { typeName } from '../../i18n/names';
import { AvailabilityBadge } from '../../ui/badges';
import { useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';
import { TransferProgress } from '../../ui/transfer-progress';

interface DocumentRowProps {
  pdf: Pdf;
  index: number;
  top: number;
  height: number;
  focusable: boolean;
  onFocus: () => void;
  onOpen: () => void;
}

export function DocumentRow({ pdf, index, top, height, ...row }: DocumentRowProps) {
  const workspace = useWorkspace();
  const { documents, transfers } = workspace;
  const availability = documents.availability(pdf);
  const transfer = transfers.openFor(pdf.id);
  const branches = pdf.branchIds.map((id) => workspace.branchName(id)).join(', ');
  const onClick = (event: Event) => {
    // The buttons and links within the row have a meaning of their own.
    if (event.target instanceof Element && event.target.closest('a, button')) return;
    row.onOpen();
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      class="document-columns document-row"
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      tabIndex={row.focusable ? 0 : -1}
      data-testid="documents-row"
      data-pdf-id={pdf.id}
      data-file-name={pdf.fileName}
      data-availability={availability}
      data-status={pdf.status}
      onFocus={row.onFocus}
      onClick={onClick}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) row.onOpen();
      }}
    >
      <Cell column="type">{typeName(pdf.type)}</Cell>
      <Cell column="number">{pdf.number}</Cell>
      <Cell column="customer">{pdf.customer}</Cell>
      <Cell column="eventDate">{pdf.eventDate && formatDay(pdf.eventDate)}</Cell>
      <Cell column="total">{pdf.total && formatMoney(pdf.total)}</Cell>
      <Cell column="fileName">
        {pdf.result !== 'ok' && (
          <span class="document-warning" title={pdf.reason ?? undefined}>
            <IconAlertTriangle size={16} aria-hidden="true" />
            <span class="visually-hidden">{t(`result.${pdf.result}`)}: </span>
          </span>
        )}
        <button
          type="button"
          class="document-open"
          tabIndex={-1}
          title={pdf.fileName}
          data-testid="open"
          aria-label={t('documents.open', { name: pdf.fileName })}
          onClick={row.onOpen}
        >
          {pdf.fileName}
        </button>
      </Cell>
      <Cell column="branch">{branches}</Cell>
      <Cell column="availability">
        {transfer ? (
          <TransferProgress pdf={pdf} transfer={transfer} />
        ) : (
          <AvailabilityBadge of={availability} />
        )}
      </Cell>
      <Cell column="updated">
        <time dateTime={pdf.updatedAt}>{formatMoment(pdf.updatedAt, now.value)}</time>
      </Cell>
      <Cell column="actions">
        <a
          class="btn btn-icon btn-sm btn-ghost-secondary"
          href={`/documents/${pdf.id}`}
          aria-label={t('documents.details', { name: pdf.fileName })}
          title={t('documents.column.actions')}
          data-testid="details"
        >
          <IconInfoCircle size={18} aria-hidden="true" />
        </a>
      </Cell>
    </div>
  );
}

interface CellProps {
  column: string;
  children: ComponentChildren;
}

function Cell({ column, children }: CellProps) {
  return (
    <span role="cell" class={`cell cell-${column}`}>
      {children}
    </span>
  );
}
