import { useSignal } from '@preact/signals';
import { IconPlus } from '@tabler/icons-preact';
import { useEffect } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { Awaited } from '../../ui/awaited';
import { useApp, useWorkspace } from '../../ui/context';
import { Empty } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { Table } from '../../ui/table';
import { AgentDialog } from './agent-dialog';
import { AgentRow } from './agent-row';
import { CreateDialog } from './create-dialog';
import { SecretsDialog } from './secrets-dialog';

const COLUMNS = ['name', 'branch', 'state', 'lastSeen', 'version', 'folder', 'files'] as const;

/** The programs at the branches; one in the address is shown with all that is known of it. */
export default function Agents() {
  const { session } = useApp();
  const { agents } = useWorkspace();
  const { route } = useLocation();
  const { id } = useRoute().params;
  const creating = useSignal(false);
  const secrets = useSignal<AgentSecrets | null>(null);
  const manages = session.may('manager');
  useTitle(t('app.agents'));
  useLastSeen();
  agents.rows.revision.value;
  const opened = id ? agents.rows.get(id) : undefined;

  const show = (made: AgentSecrets) => {
    creating.value = false;
    secrets.value = made;
  };

  return (
    <div class="agents">
      <header class="screen-header">
        <h1>{t('app.agents')}</h1>
        {manages && (
          <button
            type="button"
            class="btn btn-primary"
            data-testid="agent-create"
            onClick={() => (creating.value = true)}
          >
            <IconPlus size={18} aria-hidden="true" /> {t('agents.create')}
          </button>
        )}
      </header>
      {agents.rows.size === 0 ? (
        agents.rows.state.value === 'complete' ? (
          <Empty>{t('agents.empty')}</Empty>
        ) : (
          <Awaited />
        )
      ) : (
        <Table
          label={t('app.agents')}
          columns={[
            ...COLUMNS.map((column) => t(`agents.column.${column}`)),
            ...(manages ? [''] : []),
          ]}
        >
          {[...agents.rows.rows()].map((agent) => (
            <AgentRow key={agent.id} agent={agent} manages={manages} onSecrets={show} />
          ))}
        </Table>
      )}
      {opened && (
        <AgentDialog
          key={opened.id}
          agent={opened}
          manages={manages}
          onSecrets={show}
          onClose={() => route('/agents')}
        />
      )}
      {creating.value && <CreateDialog onCreated={show} onClose={() => (creating.value = false)} />}
      {secrets.value && (
        <SecretsDialog secrets={secrets.value} onClose={() => (secrets.value = null)} />
      )}
    </div>
  );
}

const ASK_EVERY_MS = 30_000;

/** Asks when the agents were seen last: at first, and again while no socket tells of their beats. */
function useLastSeen(): void {
  const { agents, feed } = useWorkspace();
  const isLive = feed.connection.value === 'live';
  useEffect(() => {
    // Without an answer it is what the rows and the next heartbeats say.
    const ask = () => void agents.askLastSeen().catch(() => undefined);
    ask();
    if (isLive) return;
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [agents, isLive]);
}
