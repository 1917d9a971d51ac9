import { IconAlertTriangle } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import type { Agent, AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { formatAgo, formatDateTime, formatNumber } from '../../i18n/format';
import { AgentStateBadge } from '../../ui/badges';
import { useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';
import { AgentMenu } from './agent-menu';

interface AgentRowProps {
  agent: Agent;
  manages: boolean;
  onSecrets: (secrets: AgentSecrets) => void;
}

export function AgentRow({ agent, manages, onSecrets }: AgentRowProps) {
  const workspace = useWorkspace();
  const { agents } = workspace;
  const seen = agents.lastSeen(agent);
  const state = agent.blocked ? 'blocked' : agent.status;
  return (
    <tr data-testid="agent-row" data-agent-id={agent.id} data-state={state}>
      <th scope="row">
        {agent.name}
        <span class="cell-more">{agent.hostname}</span>
      </th>
      <td data-label={t('agents.column.branch')}>{workspace.branchName(agent.branchId)}</td>
      <td data-label={t('agents.column.state')}>
        <AgentStateBadge state={state} />
      </td>
      <td data-label={t('agents.column.lastSeen')}>
        {seen ? (
          <time dateTime={seen} title={formatDateTime(seen)}>
            {formatAgo(seen, now.value)}
          </time>
        ) : (
          t('agents.never')
        )}
      </td>
      <td data-label={t('agents.column.version')}>
        {agent.agentVersion}
        <span class="cell-more">{agent.platform}</span>
      </td>
      <td data-label={t('agents.column.folder')}>
        <span class="agent-folder">{agent.folder}</span>
        <span class="cell-more">{modeText(agent.watchMode)}</span>
        <Warnings agent={agent} skewed={agents.hasWrongClock(agent)} />
      </td>
      <td data-label={t('agents.column.files')}>{formatNumber(agent.files)}</td>
      {manages && (
        <td class="agent-actions">
          <AgentMenu agent={agent} onSecrets={onSecrets} />
        </td>
      )}
    </tr>
  );
}

function modeText(mode: string | null): string | null {
  if (mode === 'events' || mode === 'polling' || mode === 'starting') {
    return t(`agents.mode.${mode}`);
  }
  return mode;
}

function Warnings({ agent, skewed }: { agent: Agent; skewed: boolean }) {
  const { folderState } = agent;
  return (
    <>
      {(folderState === 'missing' || folderState === 'unreadable') && (
        <Warning>{t(`agents.folderState.${folderState}`)}</Warning>
      )}
      {skewed && (
        <Warning>{t('agents.skew', { seconds: Math.round(agent.clockSkewS ?? 0) })}</Warning>
      )}
      {agent.lastError && <Warning>{agent.lastError}</Warning>}
    </>
  );
}

function Warning({ children }: { children: ComponentChildren }) {
  return (
    <span class="agent-warning" data-testid="agent-warning">
      <IconAlertTriangle size={16} aria-hidden="true" /> {children}
    </span>
  );
}
