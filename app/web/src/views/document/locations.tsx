import type { PdfLocation } from '../../api/rows';
import { t } from '../../i18n';
import { formatAgo } from '../../i18n/format';
import { useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';
import { Panel } from './panel';

export function Locations({ locations }: { locations: readonly PdfLocation[] }) {
  const workspace = useWorkspace();
  return (
    <Panel title={t('document.locations')}>
      {locations.length === 0 && <p class="document-panel-empty">{t('document.noLocations')}</p>}
      <ul class="entries">
        {locations.map((location) => (
          <li key={`${location.agentId}/${location.path}`} data-testid="location">
            <strong>{workspace.branchName(location.branchId)}</strong> · {location.agentName}
            <code class="entry-path">{location.path}</code>
            <span class="entry-more">
              {t('document.seen', { when: formatAgo(location.seenAt, now.value) })}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
