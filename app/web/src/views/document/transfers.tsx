import type { Transfer } from '../../api/rows';
import { t } from '../../i18n';
import { formatBytes, formatDateTime } from '../../i18n/format';
import { useWorkspace } from '../../ui/context';
import { Panel } from './panel';

export function Transfers({ transfers }: { transfers: readonly Transfer[] }) {
  const workspace = useWorkspace();
  return (
    <Panel title={t('document.transfers')}>
      {transfers.length === 0 && <p class="document-panel-empty">{t('document.noTransfers')}</p>}
      <ul class="entries">
        {transfers.map((transfer) => (
          <li key={transfer.id} data-testid="transfer" data-state={transfer.state}>
            <strong>{t(`transfer.${transfer.state}`)}</strong>
            {' · '}
            {workspace.branchName(transfer.branchId)}
            <span class="entry-more">
              <time dateTime={transfer.requestedAt}>{formatDateTime(transfer.requestedAt)}</time>
              {' · '}
              {formatBytes(transfer.totalBytes)}
            </span>
            {transfer.error && <span class="entry-error">{transfer.error}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
