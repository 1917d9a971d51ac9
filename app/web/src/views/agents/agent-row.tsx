import type { Agent, AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { AgentStateBadge } from '../../ui/badges';
import { useWorkspace } from '../../ui/context';
import { Menu } from '../../ui/menu';
import { LastSeen, modeText, Warnings } from './parts';
import { useActions } from './use-actions';

interface AgentRowProps {
  agent: Agent;
  manages: boolean;
  onSecrets: (secrets: AgentSecrets) => void;
}

export function AgentRow({ agent, manages, onSecrets }: AgentRowProps) {
  const workspace = useWorkspace();
  const state = agent.blocked ? 'blocked' : agent.status;
  return (
    <tr data-testid="agent-row" data-agent-id={agent.id} data-state={state}>
      <th scope="row">
        <a href={`/agents/${agent.id}`} class="table-link" data-testid="agent-open">
          {agent.name}
        </a>
        <span class="table-more">{agent.hostname}</span>
      </th>
      <td data-label={t('agents.column.branch')}>{workspace.branchName(agent.branchId)}</td>
      <td data-label={t('agents.column.state')}>
        <AgentStateBadge state={state} />
      </td>
      <td data-label={t('agents.column.lastSeen')}>
        <LastSeen agent={agent} />
      </td>
      <td data-label={t('agents.column.version')}>
        {agent.agentVersion}
        <span class="table-more">{agent.platform}</span>
      </td>
      <td class="table-long" data-label={t('agents.column.folder')}>
        {agent.folder}
        <span class="table-more">{modeText(agent.watchMode)}</span>
        <Warnings agent={agent} manages={manages} />
      </td>
      <td data-label={t('agents.column.files')}>{formatNumber(agent.files)}</td>
      {manages && (
        <td class="table-buttons">
          <Actions agent={agent} onSecrets={onSecrets} />
        </td>
      )}
    </tr>
  );
}

function Actions({ agent, onSecrets }: Omit<AgentRowProps, 'manages'>) {
  const { actions, question } = useActions(agent, onSecrets);
  return (
    <>
      <Menu label={t('agents.menu', { name: agent.name })} testId="agent-menu" items={actions} />
      {question}
    </>
  );
}
