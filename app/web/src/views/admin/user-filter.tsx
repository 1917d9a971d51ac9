import { IconChevronDown } from '@tabler/icons-preact';
import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../i18n';
import { UserAdmin } from '../../stores/admin/users';
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
    <label class="choice">
      <span class="choice-label">{t('admin.user')}</span>
      <select
        class={`filter ${value ? 'filter-set' : ''}`}
        data-testid="filter-user"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{none}</option>
        {(admin.users.value.value ?? []).map(({ id, name }) => (
          <option key={id} value={id} selected={id === value}>
            {name}
          </option>
        ))}
      </select>
      <IconChevronDown size={14} aria-hidden="true" />
    </label>
  );
}
