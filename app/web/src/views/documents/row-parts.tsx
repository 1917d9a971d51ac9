import { IconAlertTriangle, IconPin, IconPinFilled } from '@tabler/icons-preact';
import type { ComponentType } from 'preact';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import type { Column } from '../../stores/documents/columns';
import { AvailabilityBadge } from '../../ui/badges';
import { useApp, useWorkspace } from '../../ui/context';
import { run } from '../../ui/run';
import { TransferProgress } from '../../ui/transfer-progress';
import { cellText } from './cells';

interface CellsProps {
  pdf: Pdf;
  columns: readonly Column[];
}

/** What the columns of the table show. */
export function Cells({ pdf, columns }: CellsProps) {
  const workspace = useWorkspace();
  return (
    <>
      {columns.map((column) => {
        const Part = PARTS[column];
        const text = Part ? undefined : cellText(column, pdf, workspace);
        return (
          <span key={column} role="gridcell" class={`cell cell-${column}`} title={text}>
            {Part ? <Part pdf={pdf} /> : text}
          </span>
        );
      })}
    </>
  );
}

/** The columns that are more than a text. */
const PARTS: Partial<Record<Column, ComponentType<{ pdf: Pdf }>>> = {
  fileName: FileName,
  availability: Presence,
};

export function FileName({ pdf }: { pdf: Pdf }) {
  return (
    <>
      {pdf.result !== 'ok' && (
        <span class="document-warning" title={t(`result.${pdf.result}`)}>
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
      >
        {pdf.fileName}
      </button>
    </>
  );
}

/** How it can be had, or how far it has come. */
export function Presence({ pdf }: { pdf: Pdf }) {
  const { documents, transfers } = useWorkspace();
  const transfer = transfers.openFor(pdf.id);
  if (transfer) return <TransferProgress pdf={pdf} transfer={transfer} />;
  return <AvailabilityBadge of={documents.availability(pdf)} />;
}

/** Keeps it here past its day. */
export function PinButton({ pdf }: { pdf: Pdf }) {
  const { toasts, session } = useApp();
  const { openings } = useWorkspace();
  const name = pdf.fileName;
  const label = pdf.pinned ? t('documents.unpin', { name }) : t('documents.pin', { name });
  const Icon = pdf.pinned ? IconPinFilled : IconPin;
  if (!session.may('operator') && !pdf.pinned) return null;
  return (
    <button
      type="button"
      class="btn btn-icon btn-sm btn-ghost-secondary document-pin"
      tabIndex={-1}
      aria-label={label}
      title={label}
      aria-pressed={pdf.pinned}
      disabled={!session.may('operator')}
      data-testid="pin"
      onClick={() => void run(toasts, () => openings.pin(pdf, !pdf.pinned))}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
