import { IconDotsVertical } from '@tabler/icons-preact';
import { useRef } from 'preact/hooks';
import type { Agent, AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { useApp, useWorkspace } from '../../ui/context';
import { run } from '../../ui/run';

interface AgentMenuProps {
  agent: Agent;
  onSecrets: (secrets: AgentSecrets) => void;
}

/** What a manager does with an agent. */
export function AgentMenu({ agent, onSecrets }: AgentMenuProps) {
  const { toasts } = useApp();
  const { agents } = useWorkspace();
  const menu = useRef<HTMLDetailsElement>(null);
  const { name } = agent;

  const act = (work: () => Promise<unknown>, done?: string) => async () => {
    if (menu.current) menu.current.open = false;
    if ((await run(toasts, work)) && done) toasts.show('success', done);
  };
  const rotate = act(async () => {
    if (confirm(t('agents.rotate.ask', { name }))) onSecrets(await agents.rotateToken(agent));
  });

  return (
    <details
      ref={menu}
      class="menu"
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
          event.currentTarget.open = false;
        }
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.open = false;
      }}
    >
      <summary class="btn btn-icon btn-sm btn-ghost-secondary" data-testid="agent-menu">
        <IconDotsVertical size={18} aria-hidden="true" />
        <span class="visually-hidden">{t('agents.menu', { name })}</span>
      </summary>
      <div class="menu-items">
        <button
          type="button"
          data-testid="agent-resync"
          onClick={act(() => agents.resync(agent, false), t('agents.done.resync', { name }))}
        >
          {t('agents.resync')}
        </button>
        <button
          type="button"
          onClick={act(() => agents.resync(agent, true), t('agents.done.resync', { name }))}
        >
          {t('agents.deepResync')}
        </button>
        <button type="button" data-testid="agent-rotate" onClick={rotate}>
          {t('agents.rotate')}
        </button>
        <button
          type="button"
          data-testid="agent-disconnect"
          onClick={act(() => agents.disconnect(agent), t('agents.done.disconnect', { name }))}
        >
          {t('agents.disconnect')}
        </button>
        <button
          type="button"
          data-testid="agent-block"
          onClick={act(
            () => agents.setBlocked(agent, !agent.blocked),
            t(agent.blocked ? 'agents.done.unblock' : 'agents.done.block', { name }),
          )}
        >
          {t(agent.blocked ? 'agents.unblock' : 'agents.block')}
        </button>
      </div>
    </details>
  );
}
