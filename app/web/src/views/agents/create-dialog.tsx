import { useSignal } from '@preact/signals';
import type { AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { problemText } from '../../i18n/problems';
import { useWorkspace } from '../../ui/context';
import { Dialog } from '../../ui/dialog';

interface CreateDialogProps {
  onCreated: (secrets: AgentSecrets) => void;
  onClose: () => void;
}

export function CreateDialog({ onCreated, onClose }: CreateDialogProps) {
  const { agents, branches } = useWorkspace();
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  branches.revision.value;

  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    busy.value = true;
    try {
      onCreated(await agents.create(String(form.get('name')), String(form.get('branch'))));
    } catch (problem) {
      error.value = problem;
    } finally {
      busy.value = false;
    }
  };

  return (
    <Dialog title={t('agents.create')} onClose={onClose}>
      {branches.size === 0 && <p>{t('agents.form.noBranches')}</p>}
      <form onSubmit={submit}>
        {error.value !== null && (
          <div class="note note-error mb-3" role="alert">
            {problemText(error.value)}
          </div>
        )}
        <label class="form-label" for="agent-name">
          {t('agents.form.name')}
        </label>
        <input
          id="agent-name"
          name="name"
          class="form-control mb-3"
          required
          maxLength={100}
          autocomplete="off"
          data-testid="agent-name"
        />
        <label class="form-label" for="agent-branch">
          {t('agents.form.branch')}
        </label>
        <select
          id="agent-branch"
          name="branch"
          class="form-select mb-4"
          required
          data-testid="agent-branch"
        >
          {[...branches.rows()].map((branch) => (
            <option key={branch.id} value={branch.id}>
              {branch.name}
            </option>
          ))}
        </select>
        <div class="dialog-actions">
          <button type="button" class="btn" onClick={onClose}>
            {t('app.cancel')}
          </button>
          <button
            type="submit"
            class="btn btn-primary"
            disabled={busy.value || branches.size === 0}
            data-testid="agent-submit"
          >
            {t('agents.form.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
