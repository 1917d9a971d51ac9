import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../i18n';
import { UserAdmin } from '../../stores/admin/users';
import { Choice } from '../../ui/choice';
import { useApp } from '../../ui/context';

interface UserFilterProps {
  /** What no choice means. */
  none: string;
  /** A user's id, or empty. */
  value: string;
  onChange: (id: string) => void;
}

/** Narrows to one user. */
export function UserFilter({ none, value, onChange }: UserFilterProps) {
  const { api } = useApp();
  const admin = useMemo(() => new UserAdmin(api), [api]);
  useEffect(() => void admin.users.load(), [admin]);
  return (
    <Choice label={t('admin.user')} name="user" none={none} value={value} onChange={onChange}>
      {(admin.users.value.value ?? []).map(({ id, name }) => (
        <option key={id} value={id} selected={id === value}>
          {name}
        </option>
      ))}
    </Choice>
  );
}
