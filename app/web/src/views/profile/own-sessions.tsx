import { useMemo } from 'preact/hooks';
import { t } from '../../i18n';
import { Sessions } from '../../stores/sessions';
import { useApp } from '../../ui/context';
import { Panel } from '../../ui/panel';
import { SessionList } from '../../ui/session-list';

/** Where one is signed in. */
export function OwnSessions() {
  const { api } = useApp();
  const sessions = useMemo(() => new Sessions(api, null), [api]);
  return (
    <Panel title={t('sessions.own')}>
      <SessionList of={sessions} />
    </Panel>
  );
}
