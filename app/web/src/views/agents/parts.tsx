import { IconAlertTriangle } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import type { Agent } from '../../api/rows';
import { t } from '../../i18n';
import { formatAgo, formatDateTime } from '../../i18n/format';
import { useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';

export function LastSeen({ agent }: { agent: Agent }) {
  const seen = useWorkspace().agents.lastSeen(agent);
  if (!seen) return <>{t('agents.never')}</>;
  return (
    <time dateTime={seen} title={formatDateTime(seen)}>
      {formatAgo(seen, now.value)}
    </time>
  );
}

export function modeText(mode: string | null): string | null {
  if (mode === 'events' || mode === 'polling' || mode === 'starting') {
    return t(`agents.mode.${mode}`);
  }
  return mode;
}

/** What is wrong with an agent; nothing where all is well. */
export function Warnings({ agent }: { agent: Agent }) {
  const { agents } = useWorkspace();
  const { folderState } = agent;
  return (
    <>
      {(folderState === 'missing' || folderState === 'unreadable') && (
        <Warning>{t(`agents.folderState.${folderState}`)}</Warning>
      )}
      {agents.hasWrongClock(agent) && (
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
