import type { AuditEntry } from '../../api/rows';
import { t } from '../../i18n';
import { actionText, detailText } from '../../i18n/audit';
import { formatDateTime } from '../../i18n/format';
import { shortUserAgent } from '../../stores/user-agent';
import { useWorkspace } from '../../ui/context';

/** One thing that was done, in a line; the rest of what the server knows is below it. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const workspace = useWorkspace();
  const { action, actorName, subjectName, branchId, address, at } = entry;
  const details = Object.entries(entry.details);
  return (
    <li class="audit-entry" data-testid="audit-row" data-action={action}>
      <time class="audit-time" dateTime={at}>
        {formatDateTime(at)}
      </time>
      <div class="audit-what">
        <strong>{actorName}</strong> · {actionText(action)}
        {subjectName && ' · '}
        <Subject entry={entry} />
        <span class="audit-more">
          {[branchId && workspace.branchName(branchId), address].filter(Boolean).join(' · ')}
        </span>
        {details.length > 0 && (
          <details>
            <summary>{t('audit.details')}</summary>
            <dl class="audit-details">
              {details.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{detailText(value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

const SCREENS: Record<string, string> = { pdf: '/documents', agent: '/agents' };

/** What it was done to; a link where it has a screen. */
function Subject({ entry: { subjectType, subjectId, subjectName } }: { entry: AuditEntry }) {
  if (subjectType === 'login_session') return <>{shortUserAgent(subjectName)}</>;
  const screen = SCREENS[subjectType];
  if (!screen || !subjectId) return <>{subjectName}</>;
  return <a href={`${screen}/${subjectId}`}>{subjectName}</a>;
}
