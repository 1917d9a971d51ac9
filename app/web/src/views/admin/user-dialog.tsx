import { useSignal } from '@preact/signals';
import { ROLES, type User } from '../../api/rows';
import { t } from '../../i18n';
import type { UserAdmin } from '../../stores/admin/users';
import { useWorkspace } from '../../ui/context';
import { Dialog } from '../../ui/dialog';
import { Field, Form, Select, type Values } from '../../ui/form';

interface UserDialogProps {
  admin: UserAdmin;
  /** Null for a new one. */
  user: User | null;
  onPassword: (name: string, password: string) => void;
  onClose: () => void;
}

export function UserDialog({ admin, user, onPassword, onClose }: UserDialogProps) {
  const submit = async ({ text, all }: Values) => {
    const fields = {
      name: text('name'),
      email: text('email'),
      role: ROLES.find((role) => role === text('role')) ?? 'viewer',
      branchIds: text('reach') === 'all' ? null : all('branchIds'),
    };
    if (user) await admin.change(user, fields);
    else onPassword(fields.name, await admin.create(fields));
    onClose();
  };
  return (
    <Dialog title={user?.name ?? t('users.create')} onClose={onClose}>
      <Form
        submit={t(user ? 'app.save' : 'admin.create')}
        testId="user"
        onCancel={onClose}
        onSubmit={submit}
      >
        <Field
          name="name"
          label={t('users.name')}
          value={user?.name}
          required
          maxLength={200}
          autocomplete="off"
        />
        <Field
          name="email"
          label={t('login.email')}
          inputmode="email"
          autocapitalize="off"
          spellcheck={false}
          value={user?.email}
          required
          maxLength={320}
          autocomplete="off"
        />
        <Select
          name="role"
          label={t('users.role')}
          hint={user ? t('users.rightsHint') : undefined}
          value={user?.role ?? 'viewer'}
          options={ROLES.map((role) => [role, t(`role.${role}`)] as const)}
        />
        <BranchChoice chosen={user?.branchIds ?? null} />
      </Form>
    </Dialog>
  );
}

/** All branches, or some of them. */
function BranchChoice({ chosen }: { chosen: readonly string[] | null }) {
  const { branches } = useWorkspace();
  const some = useSignal(chosen !== null);
  branches.revision.value;
  return (
    <fieldset class="field">
      <legend class="form-label">{t('users.branches')}</legend>
      <div class="choices">
        {[false, true].map((only) => (
          <label key={String(only)} class="choice-card">
            <input
              type="radio"
              name="reach"
              value={only ? 'some' : 'all'}
              class="visually-hidden"
              data-testid={only ? 'reach-some' : 'reach-all'}
              checked={some.value === only}
              onChange={() => {
                some.value = only;
              }}
            />
            {t(only ? 'users.someBranches' : 'branches.all')}
          </label>
        ))}
      </div>
      {some.value && (
        <div class="check-list">
          {[...branches.rows()].map((branch) => (
            <label key={branch.id}>
              <input
                type="checkbox"
                class="form-check-input"
                name="branchIds"
                value={branch.id}
                defaultChecked={chosen?.includes(branch.id) ?? false}
              />
              {branch.name}
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
