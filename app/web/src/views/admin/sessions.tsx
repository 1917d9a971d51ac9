import { useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { t } from '../../i18n';
import { Sessions } from '../../stores/sessions';
import { useApp } from '../../ui/context';
import { SessionList } from '../../ui/session-list';
import { SectionHead } from './section-head';
import { UserFilter } from './user-filter';

/** Where a user is signed in: one's own sessions, or those of the user in the address. */
export function UserSessions() {
  const { api } = useApp();
  const { query, route } = useLocation();
  const user = query.user ?? '';
  const sessions = useMemo(() => new Sessions(api, user || null), [api, user]);
  return (
    <>
      <SectionHead title={t('admin.sessions')} about={t('sessions.about')}>
        <UserFilter
          none={t('sessions.own')}
          value={user}
          onChange={(id) => route(`/admin/sessions${id && `?user=${id}`}`, true)}
        />
      </SectionHead>
      <SessionList key={user} of={sessions} />
    </>
  );
}
