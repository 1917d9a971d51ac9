import type { AgentSecrets } from '../../api/rows';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { Dialog } from '../../ui/dialog';
import { Field, Form, Select } from '../../ui/form';

interface CreateDialogProps {
  onCreated: (secrets: AgentSecrets) => void;
  onClose: () => void;
}

export function CreateDialog({ onCreated, onClose }: CreateDialogProps) {
  const { agents, branches } = useWorkspace();
  branches.revision.value;
  const none = branches.size === 0;
  return (
    <Dialog title={t('agents.create')} onClose={onClose}>
      {none && <p>{t('agents.form.noBranches')}</p>}
      <Form
        submit={t('agents.form.submit')}
        testId="agent"
        disabled={none}
        onCancel={onClose}
        onSubmit={async ({ text }) =>
          onCreated(await agents.create(text('name'), text('branchId')))
        }
      >
        <Field
          name="name"
          label={t('agents.form.name')}
          required
          maxLength={100}
          autocomplete="off"
        />
        <Select
          name="branchId"
          label={t('agents.form.branch')}
          required
          options={[...branches.rows()].map(({ id, name }) => [id, name] as const)}
        />
      </Form>
    </Dialog>
  );
}
