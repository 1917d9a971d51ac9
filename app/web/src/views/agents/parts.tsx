import { useSignal } from '@preact/signals';
import { IconAlertTriangle } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import type { Agent, EmptiedPlace } from '../../api/rows';
import { t } from '../../i18n';
import { formatAgo, formatDateTime, formatNumber } from '../../i18n/format';
import { useApp, useWorkspace } from '../../ui/context';
import { Confirm } from '../../ui/dialog';
import { emptiedText } from '../../ui/emptied';
import { now } from '../../ui/page';
import { run } from '../../ui/run';

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
export function Warnings({ agent, manages }: { agent: Agent; manages: boolean }) {
  const { agents } = useWorkspace();
  const { folderState } = agent;
  return (
    <>
      {(folderState === 'missing' || folderState === 'unreadable') && (
        <Warning>{t(`agents.folderState.${folderState}`)}</Warning>
      )}
      {agent.emptied.map((place) => (
        <Emptied key={place.path} agent={agent} place={place} manages={manages} />
      ))}
      {agents.hasWrongClock(agent) && (
        <Warning>{t('agents.skew', { seconds: Math.round(agent.clockSkewS ?? 0) })}</Warning>
      )}
      {agent.lastError && <Warning>{agent.lastError}</Warning>}
    </>
  );
}

/** A place much of which vanished at once; a manager may say that it is really gone. */
function Emptied({
  agent,
  place,
  manages,
}: {
  agent: Agent;
  place: EmptiedPlace;
  manages: boolean;
}) {
  const { toasts } = useApp();
  const { agents } = useWorkspace();
  const asks = useSignal(false);
  const confirm = () =>
    void run(toasts, async () => {
      await agents.confirmGone(agent, place);
      toasts.show('success', t('agents.done.reallyGone', { name: agent.name }));
    });
  return (
    <div class="agent-emptied" data-testid="agent-emptied">
      <Warning>{emptiedText(place)}</Warning>
      {place.confirmed && <span class="table-more">{t('agents.emptiedConfirmed')}</span>}
      {manages && !place.confirmed && (
        <button
          type="button"
          class="btn btn-sm"
          data-testid="really-gone"
          onClick={() => {
            asks.value = true;
          }}
        >
          {t('agents.reallyGone')}
        </button>
      )}
      {asks.value && (
        <Confirm
          title={t('agents.ask.reallyGone', { missing: formatNumber(place.missing) })}
          text={t('agents.askText.reallyGone')}
          verb={t('agents.reallyGone')}
          onConfirm={confirm}
          onClose={() => {
            asks.value = false;
          }}
        />
      )}
    </div>
  );
}

function Warning({ children }: { children: ComponentChildren }) {
  return (
    <span class="agent-warning" data-testid="agent-warning">
      <IconAlertTriangle size={16} aria-hidden="true" /> {children}
    </span>
  );
}
