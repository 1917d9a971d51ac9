import { IconRefresh } from '@tabler/icons-preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Agent } from '../../api/rows';
import { t } from '../../i18n';
import { Loaded } from '../../stores/loaded';
import { useWorkspace } from '../../ui/context';
import { WhenLoaded } from '../../ui/when-loaded';

/** The end of the agent's log, which the agent itself is asked for. */
export function AgentLog({ agent }: { agent: Agent }) {
  const { agents } = useWorkspace();
  const log = useMemo(() => new Loaded(() => agents.log(agent.id)), [agents, agent.id]);
  return (
    <section class="agent-log" aria-label={t('agents.log.title')}>
      <header>
        <h3>{t('agents.log.title')}</h3>
        <button
          type="button"
          class="btn btn-icon btn-sm btn-ghost-secondary"
          aria-label={t('agents.log.again')}
          title={t('agents.log.again')}
          onClick={() => void log.load()}
        >
          <IconRefresh size={16} aria-hidden="true" />
        </button>
      </header>
      <WhenLoaded of={log}>
        {(lines) => (lines.length > 0 ? <Lines lines={lines} /> : <p>{t('agents.log.empty')}</p>)}
      </WhenLoaded>
    </section>
  );
}

/** The newest line is at the end, which is what is seen first. */
function Lines({ lines }: { lines: readonly string[] }) {
  const box = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <pre ref={box} class="agent-lines" tabIndex={0} data-testid="agent-lines">
      {lines.join('\n')}
    </pre>
  );
}
