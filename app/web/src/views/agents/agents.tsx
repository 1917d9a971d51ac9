import { useSignal } from '@preact/signals';
import { IconPlus } from '@tabler/icons-preact';
import type { AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { useApp, useWorkspace } from '../../ui/context';
import { Empty, Loading } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { AgentRow } from './agent-row';
import { CreateDialog } from './create-dialog';
import { SecretsDialog } from './secrets-dialog';

const COLUMNS = ['name', 'branch', 'state', 'lastSeen', 'version', 'folder', 'files'] as const;

export default function Agents() {
  const { session } = useApp();
  const { agents } = useWorkspace();
  const creating = useSignal(false);
  const secrets = useSignal<AgentSecrets | null>(null);
  const manages = session.may('manager');
  useTitle(t('app.agents'));
  agents.rows.revision.value;

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
          <Loading />
        )
      ) : (
        <table class="agent-table">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`agents.column.${column}`)}
                </th>
              ))}
              {manages && (
                <th scope="col">
                  <span class="visually-hidden">{t('agents.column.actions')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {[...agents.rows.rows()].map((agent) => (
              <AgentRow key={agent.id} agent={agent} manages={manages} onSecrets={show} />
            ))}
          </tbody>
        </table>
      )}
      {creating.value && <CreateDialog onCreated={show} onClose={() => (creating.value = false)} />}
      {secrets.value && (
        <SecretsDialog secrets={secrets.value} onClose={() => (secrets.value = null)} />
      )}
    </div>
  );
}
