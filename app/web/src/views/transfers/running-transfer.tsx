import { IconX } from '@tabler/icons-preact';
import type { Transfer } from '../../api/rows';
import { t } from '../../i18n';
import { formatBytes, formatDuration, formatPercent } from '../../i18n/format';
import { useApp, useWorkspace } from '../../ui/context';
import { run } from '../../ui/run';
import { DocumentName, nameOf } from './document-name';

/** One on its way: how far, how fast, how long it will take, and a way to stop it. */
export function RunningTransfer({ transfer }: { transfer: Transfer }) {
  const { session, toasts } = useApp();
  const { documents, openings, transfers } = useWorkspace();
  const name = nameOf(transfer, documents.pdfs.get(transfer.pdfId)?.fileName);
  const { sentBytes, totalBytes } = transfers.progress(transfer);
  const fraction = totalBytes > 0 ? sentBytes / totalBytes : 0;

  const cancel = async () => {
    if (!(await run(toasts, () => openings.cancel(transfer)))) return;
    toasts.show('info', t('transfers.cancelled', { name }), {
      label: t('app.undo'),
      run: () => void run(toasts, () => openings.retry(transfer)),
    });
  };

  return (
    <li class="transfer" data-testid="transfer" data-state={transfer.state}>
      <DocumentName transfer={transfer} />
      <span class="transfer-progress">
        <progress
          class="progressing-bar"
          max={1}
          value={fraction}
          aria-label={t('transfer.progress', { name })}
        />
        <span class="transfer-facts">
          <Facts transfer={transfer} />
        </span>
      </span>
      <span class="transfer-percent">{fraction > 0 && formatPercent(fraction)}</span>
      {session.may('operator') && (
        <button
          type="button"
          class="btn btn-icon btn-sm btn-ghost-secondary"
          aria-label={t('transfer.cancel', { name })}
          title={t('transfers.cancelShort')}
          data-testid="cancel"
          onClick={() => void cancel()}
        >
          <IconX size={18} aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

function Facts({ transfer }: { transfer: Transfer }) {
  const { documents, transfers } = useWorkspace();
  const pdf = documents.pdfs.get(transfer.pdfId);
  const { sentBytes, totalBytes } = transfers.progress(transfer);
  const speed = transfers.speed(transfer);
  const facts: string[] = [];
  if (transfer.errorCode === 'place_away') {
    facts.push(t('problem.place_away'), formatBytes(totalBytes));
  } else if (sentBytes === 0 && pdf && documents.availability(pdf) === 'branch_offline') {
    facts.push(t('transfer.waiting'), formatBytes(totalBytes));
  } else if (sentBytes === 0) {
    facts.push(t(`transfer.${transfer.state}`), formatBytes(totalBytes));
  } else {
    const sent = formatBytes(sentBytes);
    facts.push(t('transfers.of', { sent, total: formatBytes(totalBytes) }));
  }
  if (speed) {
    facts.push(t('transfers.speed', { size: formatBytes(speed) }));
    facts.push(t('transfers.left', { time: formatDuration((totalBytes - sentBytes) / speed) }));
  }
  if (transfer.attempts > 1) facts.push(t('transfers.attempt', { number: transfer.attempts }));
  return <>{facts.join(' · ')}</>;
}
