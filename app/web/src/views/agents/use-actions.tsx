import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Agent, AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { useApp, useWorkspace } from '../../ui/context';
import { Confirm } from '../../ui/dialog';
import type { MenuItem } from '../../ui/menu';
import { run } from '../../ui/run';

type Question = 'rotate' | 'block' | 'delete';

/** What a manager does with an agent, and the question before what is not easily undone. */
export function useActions(
  agent: Agent,
  onSecrets: (secrets: AgentSecrets) => void,
): { actions: readonly MenuItem[]; question: ComponentChildren } {
  const { toasts } = useApp();
  const { agents } = useWorkspace();
  const asked = useSignal<Question | null>(null);
  const question = asked.value;
  const { name } = agent;

  const act = (work: () => Promise<unknown>, done: string) => () =>
    void run(toasts, async () => {
      await work();
      toasts.show('success', done);
    });
  const ask = (what: Question) => () => {
    asked.value = what;
  };
  const confirmed: Record<Question, () => void> = {
    rotate: () => void run(toasts, async () => onSecrets(await agents.rotateToken(agent))),
    block: act(() => agents.setBlocked(agent, true), t('agents.done.block', { name })),
    delete: act(() => agents.delete(agent), t('agents.done.delete', { name })),
  };

  return {
    actions: [
      {
        id: 'agent-resync',
        label: t('agents.resync'),
        run: act(() => agents.resync(agent, false), t('agents.done.resync', { name })),
      },
      {
        id: 'agent-deep-resync',
        label: t('agents.deepResync'),
        run: act(() => agents.resync(agent, true), t('agents.done.resync', { name })),
      },
      {
        id: 'agent-disconnect',
        label: t('agents.disconnect'),
        run: act(() => agents.disconnect(agent), t('agents.done.disconnect', { name })),
      },
      { id: 'agent-rotate', label: t('agents.rotate'), run: ask('rotate') },
      agent.blocked
        ? {
            id: 'agent-unblock',
            label: t('agents.unblock'),
            run: act(() => agents.setBlocked(agent, false), t('agents.done.unblock', { name })),
          }
        : { id: 'agent-block', label: t('agents.block'), run: ask('block') },
      { id: 'agent-delete', label: t('agents.delete'), run: ask('delete') },
    ],
    question: question && (
      <Confirm
        title={t(`agents.ask.${question}`, { name })}
        text={t(`agents.askText.${question}`)}
        verb={t(`agents.${question}`)}
        onConfirm={confirmed[question]}
        onClose={() => {
          asked.value = null;
        }}
      />
    ),
  };
}
