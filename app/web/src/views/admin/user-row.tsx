import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { User } from '../../api/rows';
import { t } from '../../i18n';
import type { UserAdmin } from '../../stores/admin/users';
import { useApp, useWorkspace } from '../../ui/context';
import { Confirm } from '../../ui/dialog';
import { Menu } from '../../ui/menu';
import { run } from '../../ui/run';

interface UserRowProps {
  user: User;
  admin: UserAdmin;
  onEdit: () => void;
  onPassword: (name: string, password: string) => void;
}

export function UserRow({ user, admin, onEdit, onPassword }: UserRowProps) {
  const { toasts } = useApp();
  const workspace = useWorkspace();
  const { route } = useLocation();
  /** What cannot be undone, and is asked about first. */
  const asked = useSignal<'password' | 'secondFactor' | null>(null);
  const question = asked.value;
  const { name } = user;

  const setDisabled = (disabled: boolean) =>
    void run(toasts, async () => {
      await admin.setDisabled(user, disabled);
      const text = t(disabled ? 'users.disabled' : 'users.enabled', { name });
      toasts.done(text, () => void run(toasts, () => admin.setDisabled(user, !disabled)));
    });
  const confirmed = {
    password: async () => onPassword(name, await admin.renewPassword(user)),
    secondFactor: async () => {
      await admin.removeSecondFactor(user);
      toasts.show('success', t('users.secondFactorRemoved', { name }));
    },
  };

  return (
    <tr data-testid="user-row" data-disabled={user.disabled}>
      <th scope="row" class="table-long">
        <button type="button" class="table-link" onClick={onEdit}>
          {name}
        </button>
        <span class="table-more">{user.email}</span>
      </th>
      <td data-label={t('users.role')}>{t(`role.${user.role}`)}</td>
      <td data-label={t('users.branches')}>
        {user.branchIds?.map((id) => workspace.branchName(id)).join(', ') ?? t('branches.all')}
      </td>
      <td class="table-tags">
        {user.disabled && <span class="tag tag-bad">{t('users.isDisabled')}</span>}
        {user.secondFactor && <span class="tag tag-good">{t('secondFactor.title')}</span>}
      </td>
      <td class="table-buttons">
        <Menu
          label={t('admin.actions', { name })}
          testId="user-menu"
          items={[
            { id: 'user-edit', label: t('admin.edit'), run: onEdit },
            {
              id: 'user-sessions',
              label: t('admin.sessions'),
              run: () => route(`/admin/sessions?user=${user.id}`),
            },
            {
              id: 'user-audit',
              label: t('users.audit'),
              run: () => route(`/admin/audit?user=${user.id}`),
            },
            {
              id: 'user-password',
              label: t('users.newPassword'),
              run: () => {
                asked.value = 'password';
              },
            },
            user.secondFactor && {
              id: 'user-second-factor',
              label: t('users.removeSecondFactor'),
              run: () => {
                asked.value = 'secondFactor';
              },
            },
            {
              id: 'user-disable',
              label: t(user.disabled ? 'users.enable' : 'users.disable'),
              run: () => setDisabled(!user.disabled),
            },
          ]}
        />
        {question && (
          <Confirm
            title={t(`users.ask.${question}`, { name })}
            text={t(`users.askText.${question}`)}
            verb={t(question === 'password' ? 'users.newPassword' : 'users.removeSecondFactor')}
            onConfirm={() => void run(toasts, confirmed[question])}
            onClose={() => {
              asked.value = null;
            }}
          />
        )}
      </td>
    </tr>
  );
}
