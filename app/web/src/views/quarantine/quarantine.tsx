import { IconChevronDown, IconMoodCheck, IconRefresh } from '@tabler/icons-preact';
import { useLayoutEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { reasonName } from '../../i18n/reasons';
import { Awaited } from '../../ui/awaited';
import { useApp, useWorkspace } from '../../ui/context';
import { Empty } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { run } from '../../ui/run';
import { QuarantineList } from './quarantine-list';

/** The files that could not be read: why, where, since when, and what helps. */
export default function Quarantine() {
  const { documents, quarantine } = useWorkspace();
  useTitle(t('quarantine.title'));
  useAddress();
  const found = quarantine.found.value;
  return (
    <div class="screen-column">
      <header class="screen-header">
        <div>
          <h1>{t('quarantine.title')}</h1>
          <p class="screen-about">{t('quarantine.about')}</p>
        </div>
        <RereadButton />
      </header>
      {quarantine.count.value > 0 && <Filters />}
      {found.length > 0 && <QuarantineList ids={found} />}
      {found.length === 0 && documents.pdfs.state.value !== 'complete' && <Awaited />}
      {found.length === 0 && documents.pdfs.state.value === 'complete' && (
        <Empty>
          <IconMoodCheck size={40} stroke={1.25} aria-hidden="true" />
          <p>{t(quarantine.count.value > 0 ? 'quarantine.noMatch' : 'quarantine.empty')}</p>
        </Empty>
      )}
    </div>
  );
}

/** Asks for the chosen ones, or for all that are shown. */
function RereadButton() {
  const { session, toasts } = useApp();
  const { bulk, quarantine } = useWorkspace();
  const chosen = quarantine.selection.ids.value;
  const ids = chosen.length > 0 ? chosen : quarantine.found.value;
  if (ids.length === 0 || !session.may('operator')) return null;
  const reread = () =>
    void run(toasts, async () => {
      await bulk.reread(ids);
      toasts.show('success', t('bulk.reread', { count: ids.length }));
      quarantine.selection.clear();
    });
  return (
    <button type="button" class="btn btn-primary" data-testid="reread-all" onClick={reread}>
      <IconRefresh size={18} aria-hidden="true" />
      {t('quarantine.reread')}
      <span class="btn-count">{formatNumber(ids.length)}</span>
    </button>
  );
}

function Filters() {
  const { branches, quarantine } = useWorkspace();
  branches.revision.value;
  const { reason, branchId } = quarantine;
  return (
    <div class="filters quarantine-filters">
      <button
        type="button"
        class={`filter ${reason.value === '' ? 'filter-set' : ''}`}
        aria-pressed={reason.value === ''}
        data-testid="reason-all"
        onClick={() => {
          reason.value = '';
        }}
      >
        {t('quarantine.all')}
      </button>
      {quarantine.reasons.value.map(([name, count]) => (
        <button
          key={name}
          type="button"
          class={`filter ${reason.value === name ? 'filter-set' : ''}`}
          aria-pressed={reason.value === name}
          data-testid={`reason-${name}`}
          onClick={() => {
            reason.value = name;
          }}
        >
          {reasonName(name)} <span class="filter-count">{formatNumber(count)}</span>
        </button>
      ))}
      <label class="choice quarantine-branch">
        <span class="choice-label">{t('documents.filter.branch')}</span>
        <select
          class={`filter ${branchId.value ? 'filter-set' : ''}`}
          data-testid="filter-branch"
          value={branchId.value}
          onChange={(event) => {
            branchId.value = event.currentTarget.value;
          }}
        >
          <option value="">
            {t(branchId.value ? 'documents.filter.any' : 'documents.filter.branch')}
          </option>
          {[...branches.rows()].map((branch) => (
            <option key={branch.id} value={branch.id}>
              {branch.name}
            </option>
          ))}
        </select>
        <IconChevronDown size={14} aria-hidden="true" />
      </label>
      <span class="list-tools-count" role="status" data-testid="count">
        {t('quarantine.count', { count: quarantine.found.value.length })}
      </span>
    </div>
  );
}

/** What is shown is in the page's address. */
function useAddress(): void {
  const { quarantine } = useWorkspace();
  const { query, route } = useLocation();
  const { reason, branchId } = quarantine;
  useLayoutEffect(() => {
    reason.value = query.reason ?? '';
    branchId.value = query.branch ?? '';
  }, [query.reason, query.branch, reason, branchId]);
  useLayoutEffect(() => {
    const shown = new URLSearchParams();
    if (reason.value) shown.set('reason', reason.value);
    if (branchId.value) shown.set('branch', branchId.value);
    const same = (query.reason ?? '') === reason.value && (query.branch ?? '') === branchId.value;
    if (!same) route(`/quarantine${shown.size > 0 ? `?${shown}` : ''}`, true);
  }, [reason.value, branchId.value]);
}
