import { useSignal } from '@preact/signals';
import type { Session } from '../api/rows';
import { t } from '../i18n';
import { formatAgo, formatDateTime } from '../i18n/format';
import type { Sessions } from '../stores/sessions';
import { shortUserAgent } from '../stores/user-agent';
import { useApp } from './context';
import { Confirm } from './dialog';
import { Empty } from './notices';
import { now } from './page';
import { run } from './run';
import { Table } from './table';
import { WhenLoaded } from './when-loaded';

/** Where a user is signed in, with a way to end each. */
export function SessionList({ of }: { of: Sessions }) {
  const { session: own, toasts } = useApp();
  const asked = useSignal<Session | null>(null);
  const question = asked.value;
  const revoke = (session: Session) =>
    run(toasts, async () => {
      if (session.current) return own.logout();
      await of.revoke(session);
      toasts.show('success', t('sessions.revoked'));
    });
  return (
    <WhenLoaded of={of.list}>
      {(sessions) => (
        <>
          {sessions.length === 0 ? (
            <Empty>{t('sessions.empty')}</Empty>
          ) : (
            <Table
              label={t('admin.sessions')}
              columns={[t('sessions.device'), t('sessions.address'), t('sessions.seen'), '']}
            >
              {sessions.map((session) => (
                <tr key={session.id} data-testid="session-row" data-current={session.current}>
                  <th scope="row" title={session.userAgent}>
                    {shortUserAgent(session.userAgent) || t('sessions.unknown')}
                    {session.current && (
                      <span class="tag tag-info ms-2">{t('sessions.current')}</span>
                    )}
                    <span class="table-more">
                      {t('sessions.since', { time: formatDateTime(session.createdAt) })}
                    </span>
                  </th>
                  <td data-label={t('sessions.address')}>{session.address}</td>
                  <td data-label={t('sessions.seen')}>
                    <time dateTime={session.lastSeenAt} title={formatDateTime(session.lastSeenAt)}>
                      {formatAgo(session.lastSeenAt, now.value)}
                    </time>
                  </td>
                  <td class="table-buttons">
                    <button
                      type="button"
                      class="btn btn-sm"
                      data-testid="session-revoke"
                      onClick={() => {
                        asked.value = session;
                      }}
                    >
                      {t('sessions.revoke')}
                    </button>
                  </td>
                </tr>
              ))}
            </Table>
          )}
          {question && (
            <Confirm
              title={t('sessions.ask')}
              text={t(question.current ? 'sessions.askCurrent' : 'sessions.askText')}
              verb={t('sessions.revoke')}
              onConfirm={() => void revoke(question)}
              onClose={() => {
                asked.value = null;
              }}
            />
          )}
        </>
      )}
    </WhenLoaded>
  );
}
