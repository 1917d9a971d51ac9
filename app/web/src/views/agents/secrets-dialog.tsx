import { useSignal } from '@preact/signals';
import type { AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { formatDateTime } from '../../i18n/format';
import { installCommands, SYSTEMS, type System, USUAL_FOLDER } from '../../stores/install';
import { CopyField } from '../../ui/copy-field';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/form';

const SYSTEM_NAMES: Record<System, string> = { linux: 'Linux', windows: 'Windows' };

interface SecretsDialogProps {
  secrets: AgentSecrets;
  onClose: () => void;
}

/** The token and the one-time code, and what to do with them. They cannot be shown again. */
export function SecretsDialog({ secrets, onClose }: SecretsDialogProps) {
  const { agent, token, enrolmentCode: code } = secrets;
  const system = useSignal<System>('linux');
  const folder = useSignal<string | null>(null);
  const until = formatDateTime(secrets.enrolmentExpiresAt);
  const shownFolder = folder.value ?? USUAL_FOLDER[system.value];
  const commands = installCommands(system.value, {
    server: location.origin,
    code,
    folder: shownFolder,
  });
  return (
    <Dialog title={t('agents.secrets.title', { name: agent.name })} onClose={onClose} kind="wide">
      <div class="form">
        <p class="note note-info mb-0" role="note">
          {t('agents.secrets.once')}
        </p>
        <fieldset class="choices" aria-label={t('agents.secrets.system')}>
          {SYSTEMS.map((one) => (
            <label key={one} class="choice-card" data-testid={`system-${one}`}>
              <input
                type="radio"
                name="system"
                class="visually-hidden"
                checked={system.value === one}
                onChange={() => {
                  system.value = one;
                }}
              />
              {SYSTEM_NAMES[one]}
            </label>
          ))}
        </fieldset>
        <Field
          name="folder"
          label={t('agents.secrets.folder')}
          value={shownFolder}
          spellcheck={false}
          onInput={(event) => {
            folder.value = event.currentTarget.value;
          }}
        />
        <CopyField
          label={t('agents.secrets.command', { until })}
          value={commands}
          testId="agent-command"
        />
        <CopyField label={t('agents.secrets.code')} value={code} testId="agent-code" />
        <CopyField label={t('agents.secrets.token')} value={token} testId="agent-token" />
      </div>
      <div class="dialog-actions">
        <button type="button" class="btn btn-primary" data-testid="agent-done" onClick={onClose}>
          {t('app.copyDone')}
        </button>
      </div>
    </Dialog>
  );
}
