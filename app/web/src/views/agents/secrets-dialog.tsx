import type { AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { formatDateTime } from '../../i18n/format';
import { CopyField } from '../../ui/copy-field';
import { Dialog } from '../../ui/dialog';

interface SecretsDialogProps {
  secrets: AgentSecrets;
  onClose: () => void;
}

/** The token and the one-time code, and what to do with them. They cannot be shown again. */
export function SecretsDialog({ secrets, onClose }: SecretsDialogProps) {
  const { agent, token, enrolmentCode } = secrets;
  const until = formatDateTime(secrets.enrolmentExpiresAt);
  return (
    <Dialog title={t('agents.secrets.title', { name: agent.name })} onClose={onClose}>
      <p class="note note-info mb-3" role="note">
        {t('agents.secrets.once')}
      </p>
      <CopyField
        label={t('agents.secrets.command', { until })}
        value={enrolCommand(enrolmentCode)}
        testId="agent-command"
      />
      <CopyField label={t('agents.secrets.code')} value={enrolmentCode} testId="agent-code" />
      <CopyField label={t('agents.secrets.token')} value={token} testId="agent-token" />
      <div class="dialog-actions">
        <button type="button" class="btn btn-primary" data-testid="agent-done" onClick={onClose}>
          {t('agents.secrets.done')}
        </button>
      </div>
    </Dialog>
  );
}

function enrolCommand(code: string): string {
  return `siberius-agent enroll --server ${location.origin} --code ${code} --folder <path>`;
}
