import { IconX } from '@tabler/icons-preact';
import type { Pdf, Transfer } from '../api/rows';
import { t } from '../i18n';
import { formatPercent } from '../i18n/format';
import { useApp, useWorkspace } from './context';
import { run } from './run';

/** How far a document has come, with a way to stop it. */
export function TransferProgress({ pdf, transfer }: { pdf: Pdf; transfer: Transfer }) {
  const { toasts, session } = useApp();
  const { documents, transfers, openings } = useWorkspace();
  const { sentBytes, totalBytes } = transfers.progress(transfer);
  const fraction = totalBytes > 0 ? sentBytes / totalBytes : 0;
  const waits = sentBytes === 0 && documents.availability(pdf) === 'branch_offline';
  const cancel = () => void run(toasts, () => openings.cancel(transfer));
  return (
    <span class="progressing">
      <span class="progressing-body">
        <span class="progressing-text">
          {waits ? t('transfer.waiting') : `${t('transfer.uploading')} ${formatPercent(fraction)}`}
        </span>
        <progress
          class="progressing-bar"
          data-testid="progress"
          aria-label={t('transfer.progress', { name: pdf.fileName })}
          max={1}
          value={fraction}
        />
      </span>
      {session.may('operator') && (
        <button
          type="button"
          class="btn btn-icon btn-sm btn-ghost-secondary"
          data-testid="cancel"
          aria-label={t('transfer.cancel', { name: pdf.fileName })}
          onClick={cancel}
        >
          <IconX size={16} aria-hidden="true" />
        </button>
      )}
    </span>
  );
}
