import { useSignal } from '@preact/signals';
import { IconPlus } from '@tabler/icons-preact';
import { useMemo } from 'preact/hooks';
import type { User } from '../../api/rows';
import { t } from '../../i18n';
import { UserAdmin } from '../../stores/admin/users';
import { useApp } from '../../ui/context';
import { CopyField } from '../../ui/copy-field';
import { Dialog } from '../../ui/dialog';
import { Table } from '../../ui/table';
import { WhenLoaded } from '../../ui/when-loaded';
import { SectionHead } from './section-head';
import { UserDialog } from './user-dialog';
import { UserRow } from './user-row';

/** Who may come in, as what, and to which branches. */
export function Users() {
  const { api } = useApp();
  const admin = useMemo(() => new UserAdmin(api), [api]);
  const edited = useSignal<User | 'new' | null>(null);
  const secret = useSignal<{ name: string; password: string } | null>(null);
  const close = () => {
    edited.value = null;
  };
  const show = (name: string, password: string) => {
    secret.value = { name, password };
  };
  return (
    <>
      <SectionHead title={t('admin.users')} about={t('users.about')}>
        <button
          type="button"
          class="btn btn-primary"
          data-testid="user-create"
          onClick={() => {
            edited.value = 'new';
          }}
        >
          <IconPlus size={18} aria-hidden="true" /> {t('users.create')}
        </button>
      </SectionHead>
      <WhenLoaded of={admin.users}>
        {(users) => (
          <Table
            label={t('admin.users')}
            columns={[t('users.name'), t('users.role'), t('users.branches'), t('users.state'), '']}
          >
            {users.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                admin={admin}
                onEdit={() => {
                  edited.value = user;
                }}
                onPassword={show}
              />
            ))}
          </Table>
        )}
      </WhenLoaded>
      {edited.value && (
        <UserDialog
          admin={admin}
          user={edited.value === 'new' ? null : edited.value}
          onPassword={show}
          onClose={close}
        />
      )}
      {secret.value && (
        <Password
          {...secret.value}
          onClose={() => {
            secret.value = null;
          }}
        />
      )}
    </>
  );
}

interface PasswordProps {
  name: string;
  password: string;
  onClose: () => void;
}

/** A password that was just made. It cannot be shown again. */
function Password({ name, password, onClose }: PasswordProps) {
  return (
    <Dialog title={t('users.password.title', { name })} onClose={onClose}>
      <p class="note note-info mb-3" role="note">
        {t('users.password.once')}
      </p>
      <CopyField label={t('login.password')} value={password} testId="user-password" />
      <div class="dialog-actions">
        <button type="button" class="btn btn-primary" data-testid="user-done" onClick={onClose}>
          {t('app.copyDone')}
        </button>
      </div>
    </Dialog>
  );
}
