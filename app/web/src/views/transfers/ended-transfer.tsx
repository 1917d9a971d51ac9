import { IconBan, IconCircleCheck, IconCircleX, IconRefresh } from '@tabler/icons-preact';
import { ApiError } from '../../api/problem';
import type { Transfer } from '../../api/rows';
import { t } from '../../i18n';
import { formatBytes, formatMoment } from '../../i18n/format';
import { problemText } from '../../i18n/problems';
import { useApp, useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';
import { run } from '../../ui/run';
import { DocumentName, nameOf } from './document-name';

const ENDS = {
  done: { icon: IconCircleCheck, tone: 'good' },
  failed: { icon: IconCircleX, tone: 'bad' },
  cancelled: { icon: IconBan, tone: 'muted' },
} as const;

/** One that has ended: how, when and why, and a way to try again. */
export function EndedTransfer({ transfer }: { transfer: Transfer }) {
  const { session, toasts } = useApp();
  const { documents, openings } = useWorkspace();
  const name = nameOf(transfer, documents.pdfs.get(transfer.pdfId)?.fileName);
  const { state } = transfer;
  const end = state === 'failed' || state === 'cancelled' ? state : 'done';
  const { icon: Icon, tone } = ENDS[end];
  const at = transfer.finishedAt ?? transfer.updatedAt;
  return (
    <li class="transfer" data-testid="transfer" data-state={state}>
      <DocumentName transfer={transfer} />
      <span class="transfer-end">
        <span class={`tag tag-${tone}`}>
          <Icon size={16} aria-hidden="true" />
          {t(`transfer.${end}`)}
        </span>
        <span class="transfer-facts">
          <time dateTime={at}>{formatMoment(at, now.value)}</time>
          {' · '}
          {formatBytes(transfer.totalBytes)}
        </span>
        {end === 'failed' && (
          <span class="transfer-error">
            {problemText(new ApiError(409, transfer.errorCode ?? '', transfer.error ?? ''))}
          </span>
        )}
      </span>
      {end !== 'done' && session.may('operator') && (
        <button
          type="button"
          class="btn btn-sm"
          aria-label={t('transfers.retryOne', { name })}
          data-testid="retry"
          onClick={() => void run(toasts, () => openings.retry(transfer))}
        >
          <IconRefresh size={16} aria-hidden="true" />
          {t('transfers.retry')}
        </button>
      )}
    </li>
  );
}
