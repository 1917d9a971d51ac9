import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Agent, AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { formatBytes, formatDateTime, formatDuration, formatNumber } from '../../i18n/format';
import { AgentStateBadge } from '../../ui/badges';
import { useApp, useWorkspace } from '../../ui/context';
import { Dialog } from '../../ui/dialog';
import { Fact } from '../../ui/facts';
import { Field, Form } from '../../ui/form';
import { run } from '../../ui/run';
import { AgentLog } from './agent-log';
import { LastSeen, modeText, Warnings } from './parts';
import { useActions } from './use-actions';

interface AgentDialogProps {
  agent: Agent;
  manages: boolean;
  onSecrets: (secrets: AgentSecrets) => void;
  onClose: () => void;
}

/** All that is known of an agent, and for a manager what can be done with it. */
export function AgentDialog({ agent, manages, onSecrets, onClose }: AgentDialogProps) {
  const workspace = useWorkspace();
  const { agents } = workspace;
  const beat = agents.beat(agent);
  useEffect(() => {
    // Without an answer the next heartbeat says it.
    if (manages) agents.askBeat(agent.id).catch(() => undefined);
  }, [agents, agent.id, manages]);
  return (
    <Dialog title={agent.name} onClose={onClose} closable kind="wide">
      <div class="agent-detail" data-testid="agent-detail">
        <Warnings agent={agent} manages={manages} />
        <dl class="facts">
          <Fact name={t('agents.column.state')}>
            <AgentStateBadge state={agent.blocked ? 'blocked' : agent.status} />
          </Fact>
          <Fact name={t('agents.column.branch')}>{workspace.branchName(agent.branchId)}</Fact>
          <Fact name={t('agents.column.lastSeen')}>
            <LastSeen agent={agent} />
          </Fact>
          <Fact name={t('agents.column.folder')}>{agent.folder}</Fact>
          <Fact name={t('agents.fact.watching')}>{modeText(agent.watchMode)}</Fact>
          <Fact name={t('agents.column.files')}>{formatNumber(agent.files)}</Fact>
          <Fact name={t('agents.fact.computer')}>
            {[agent.hostname, agent.localAddress].filter(Boolean).join(' · ')}
          </Fact>
          <Fact name={t('agents.fact.system')}>{agent.platform}</Fact>
          <Fact name={t('agents.column.version')}>{agent.agentVersion}</Fact>
          <Fact name={t('agents.fact.created')}>{formatDateTime(agent.createdAt)}</Fact>
          {beat && agent.status === 'online' && (
            <>
              <Fact name={t('agents.fact.running')}>{formatDuration(beat.uptimeS)}</Fact>
              <Fact name={t('agents.fact.memory')}>{formatBytes(beat.memoryBytes)}</Fact>
              <Fact name={t('agents.fact.since')}>
                {t('agents.counts', {
                  indexed: beat.counters.indexed,
                  failed: beat.counters.failed,
                  uploads: beat.counters.uploads,
                })}
              </Fact>
            </>
          )}
        </dl>
        {manages && <Managed agent={agent} onSecrets={onSecrets} />}
      </div>
    </Dialog>
  );
}

function Managed({ agent, onSecrets }: Pick<AgentDialogProps, 'agent' | 'onSecrets'>) {
  const { toasts } = useApp();
  const { agents } = useWorkspace();
  const { actions, question } = useActions(agent, onSecrets);
  const renaming = useSignal(false);
  const showsLog = useSignal(false);
  return (
    <>
      {renaming.value ? (
        <Form
          submit={t('app.save')}
          testId="agent-rename"
          onCancel={() => {
            renaming.value = false;
          }}
          onSubmit={async ({ text }) => {
            const before = agent.name;
            await agents.rename(agent, text('name'));
            renaming.value = false;
            toasts.done(
              t('agents.done.rename', { name: text('name') }),
              () => void run(toasts, () => agents.rename(agent, before)),
            );
          }}
        >
          <Field
            name="name"
            label={t('agents.form.name')}
            value={agent.name}
            required
            maxLength={100}
          />
        </Form>
      ) : (
        <div class="agent-actions">
          <button
            type="button"
            class="btn btn-sm"
            data-testid="agent-log"
            onClick={() => {
              showsLog.value = !showsLog.value;
            }}
          >
            {t(showsLog.value ? 'agents.log.hide' : 'agents.log.show')}
          </button>
          <button
            type="button"
            class="btn btn-sm"
            data-testid="agent-rename"
            onClick={() => {
              renaming.value = true;
            }}
          >
            {t('agents.rename')}
          </button>
          {actions.map(({ id, label, run: act }) => (
            <button key={id} type="button" class="btn btn-sm" data-testid={id} onClick={act}>
              {label}
            </button>
          ))}
        </div>
      )}
      {showsLog.value && <AgentLog agent={agent} />}
      {question}
    </>
  );
}
