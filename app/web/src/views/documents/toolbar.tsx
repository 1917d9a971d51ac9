import { useSignal } from '@preact/signals';
import { IconFilter, IconFilterX } from '@tabler/icons-preact';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { useWorkspace } from '../../ui/context';
import { Dialog } from '../../ui/dialog';
import { isNarrow } from '../../ui/page';
import { ColumnsMenu } from './columns-menu';
import { ExportButton } from './export-button';
import { Filters } from './filters';
import { SearchBox } from './search-box';
import { ViewsMenu } from './views-menu';

/** The search, the filters, and what is done with the list as a whole. */
export function Toolbar({ onLeave }: { onLeave: () => void }) {
  const { documents } = useWorkspace();
  return (
    <search class="list-tools">
      <div class="list-tools-row">
        <SearchBox
          value={documents.query.value.text}
          onInput={(text) => documents.narrow({ text })}
          onLeave={onLeave}
        />
        {isNarrow.value && <FiltersSheet />}
        <ViewsMenu />
        <ColumnsMenu />
        <ExportButton />
      </div>
      <div class="list-tools-row">
        {!isNarrow.value && <Filters />}
        {documents.isFiltered.value && <ClearButton />}
        <Count />
      </div>
    </search>
  );
}

function ClearButton() {
  const { documents } = useWorkspace();
  return (
    <button
      type="button"
      class="filter filter-clear"
      title={t('documents.clear')}
      data-testid="clear-filters"
      onClick={() => documents.clear()}
    >
      <IconFilterX size={16} aria-hidden="true" />
      {t('documents.clearShort')}
    </button>
  );
}

function FiltersSheet() {
  const { documents } = useWorkspace();
  const open = useSignal(false);
  const count = documents.filterCount.value;
  const close = () => {
    open.value = false;
  };
  return (
    <>
      <button
        type="button"
        class={`btn ${count > 0 ? 'btn-set' : ''}`}
        aria-label={t('documents.filters')}
        title={t('documents.filters')}
        data-testid="filters"
        onClick={() => {
          open.value = true;
        }}
      >
        <IconFilter size={18} aria-hidden="true" />
        {count > 0 && <span class="btn-count">{formatNumber(count)}</span>}
      </button>
      {open.value && (
        <Dialog title={t('documents.filters')} onClose={close}>
          <Filters stacked />
          <form method="dialog" class="dialog-actions">
            <button type="submit" class="btn btn-primary" data-testid="filters-done">
              {t('documents.show', { count: documents.found.value.length })}
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}

function Count() {
  const { documents } = useWorkspace();
  documents.pdfs.revision.value;
  const count = documents.pdfs.size;
  const found = documents.found.value.length;
  const all = t('documents.count', { count });
  return (
    <span class="list-tools-count" role="status" data-testid="count">
      {documents.isFiltered.value
        ? t('documents.found', { found: formatNumber(found), count: all })
        : all}
      {documents.pdfs.state.value === 'partial' && ` · ${t('documents.loadingMore')}`}
    </span>
  );
}
