import { IconArrowsTransferUp } from '@tabler/icons-preact';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { Awaited } from '../../ui/awaited';
import { useWorkspace } from '../../ui/context';
import { Empty } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { EndedTransfer } from './ended-transfer';
import { RunningTransfer } from './running-transfer';

/** What is on its way up, and what came of the ones before. */
export default function Transfers() {
  const { transfers } = useWorkspace();
  useTitle(t('transfers.title'));
  const running = transfers.running.value;
  const ended = transfers.ended.value;
  if (running.length + ended.length === 0 && transfers.rows.state.value !== 'complete') {
    return <Awaited />;
  }
  return (
    <div class="screen-column">
      <header class="screen-header">
        <h1>{t('transfers.title')}</h1>
      </header>
      <section aria-labelledby="transfers-running">
        <h2 id="transfers-running" class="section-title">
          {t('transfers.running')}
          {running.length > 0 && <span class="section-count">{formatNumber(running.length)}</span>}
        </h2>
        {running.length === 0 ? (
          <Empty>
            <IconArrowsTransferUp size={40} stroke={1.25} aria-hidden="true" />
            <p>{t('transfers.none')}</p>
          </Empty>
        ) : (
          <ul class="panel-list">
            {running.map((transfer) => (
              <RunningTransfer key={transfer.id} transfer={transfer} />
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="transfers-recent">
        <h2 id="transfers-recent" class="section-title">
          {t('transfers.recent')}
        </h2>
        {ended.length === 0 ? (
          <p class="section-empty">{t('transfers.noRecent')}</p>
        ) : (
          <ul class="panel-list">
            {ended.map((transfer) => (
              <EndedTransfer key={transfer.id} transfer={transfer} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
