import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { components } from '../../api/schema';
import { t } from '../../i18n';
import { formatDateTime } from '../../i18n/format';
import { actionText } from '../../i18n/history';
import { useApp } from '../../ui/context';
import { Panel } from './panel';

type Answer = components['schemas']['PdfHistory'];

interface HistoryProps {
  id: string;
  /** Of its row: what was done to the document is read again with each. */
  version: number;
}

/** What people did with the document, newest first. */
export function History({ id, version }: HistoryProps) {
  const { api } = useApp();
  const entries = useSignal<Answer['data']>([]);
  useEffect(() => {
    const abort = new AbortController();
    api.json<Answer>(`/api/pdfs/${id}/history`, { signal: abort.signal }).then(
      (answer) => {
        entries.value = answer.data;
      },
      // Without a connection the page says so already; the history comes with the next version.
      () => undefined,
    );
    return () => abort.abort();
  }, [api, id, version]);
  return (
    <Panel title={t('document.history')}>
      {entries.value.length === 0 && <p class="document-panel-empty">{t('document.noHistory')}</p>}
      <ul class="entries">
        {entries.value.map(({ at, actorName, action, details }) => (
          <li key={`${at} ${action}`} data-testid="history" data-action={action}>
            <strong>{actionText(action, details)}</strong>
            {' · '}
            {actorName}
            <span class="entry-more">
              <time dateTime={at}>{formatDateTime(at)}</time>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
