import { useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { t } from '../../i18n';
import { actionNames, actionText } from '../../i18n/audit';
import { type AuditFilter, AuditLog } from '../../stores/admin/audit';
import { Choice } from '../../ui/choice';
import { useApp } from '../../ui/context';
import { Empty } from '../../ui/notices';
import { run } from '../../ui/run';
import { WhenLoaded } from '../../ui/when-loaded';
import { AuditRow } from './audit-row';
import { SectionHead } from './section-head';
import { UserFilter } from './user-filter';

/** Who did what, newest first; what is shown is in the page's address. */
export function Audit() {
  const { api, toasts } = useApp();
  const { query, route } = useLocation();
  const { action = '', user = '', from = '', to = '' } = query;
  const log = useMemo(
    () => new AuditLog(api, { action, user, from, to }),
    [api, action, user, from, to],
  );
  const narrow = (part: Partial<AuditFilter>) => {
    const set = Object.entries({ action, user, from, to, ...part }).filter(([, value]) => value);
    const search = new URLSearchParams(set);
    route(`/admin/audit${search.size > 0 ? `?${search}` : ''}`, true);
  };
  return (
    <>
      <SectionHead title={t('admin.audit')} about={t('audit.about')} />
      <div class="filters mb-3">
        <Choice
          label={t('audit.action')}
          name="action"
          none={t('audit.anyAction')}
          value={action}
          onChange={(chosen) => narrow({ action: chosen })}
        >
          {actionNames().map(([noun, name, actions]) => (
            <optgroup key={noun} label={name}>
              <option value={noun}>{t('audit.allOf', { name })}</option>
              {actions.map((one) => (
                <option key={one} value={one}>
                  {actionText(one)}
                </option>
              ))}
            </optgroup>
          ))}
        </Choice>
        <UserFilter
          none={t('audit.anyUser')}
          value={user}
          onChange={(id) => narrow({ user: id })}
        />
        <DayFilter name="from" value={from} onChange={(day) => narrow({ from: day })} />
        <DayFilter name="to" value={to} onChange={(day) => narrow({ to: day })} />
        {(action || user || from || to) && (
          <button
            type="button"
            class="filter filter-clear"
            data-testid="filter-clear"
            onClick={() => narrow({ action: '', user: '', from: '', to: '' })}
          >
            {t('audit.clear')}
          </button>
        )}
      </div>
      <WhenLoaded of={log.entries}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty>{t('audit.empty')}</Empty>
          ) : (
            <>
              <ul class="panel-list" aria-label={t('admin.audit')}>
                {entries.map((entry) => (
                  <AuditRow key={entry.id} entry={entry} />
                ))}
              </ul>
              {log.hasMore.value !== null && (
                <button
                  type="button"
                  class="btn admin-more"
                  data-testid="audit-more"
                  onClick={() => void run(toasts, () => log.more())}
                >
                  {t('audit.more')}
                </button>
              )}
            </>
          )
        }
      </WhenLoaded>
    </>
  );
}

interface DayFilterProps {
  name: 'from' | 'to';
  value: string;
  onChange: (day: string) => void;
}

function DayFilter({ name, value, onChange }: DayFilterProps) {
  return (
    <label class={`filter ${value ? 'filter-set' : ''}`}>
      {t(`audit.${name}`)}
      <input
        type="date"
        class="audit-day"
        data-testid={`filter-${name}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
