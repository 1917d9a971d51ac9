import { IconArrowNarrowDown, IconArrowNarrowUp } from '@tabler/icons-preact';
import { t } from '../../i18n';
import type { Column } from '../../stores/documents/columns';
import { useWorkspace } from '../../ui/context';

/** The names of the columns; a click sorts by one, another one turns the order round. */
export function ListHead({ columns }: { columns: readonly Column[] }) {
  const { documents } = useWorkspace();
  const { selection } = documents;
  const chosen = selection.ids.value.length;
  const all = chosen > 0 && chosen === documents.found.value.length;
  return (
    <div role="rowgroup" class="document-head">
      <div role="row" aria-rowindex={1} class="document-columns">
        <span role="columnheader" class="cell">
          <input
            type="checkbox"
            class="form-check-input"
            aria-label={t('documents.selectAll')}
            title={t('documents.selectAll')}
            data-testid="select-all"
            checked={all}
            indeterminate={chosen > 0 && !all}
            onChange={() => (all ? selection.clear() : selection.all())}
          />
        </span>
        {columns.map((column) => (
          <ColumnHead key={column} column={column} />
        ))}
        <span role="columnheader" class="cell cell-actions">
          <span class="visually-hidden">{t('documents.column.actions')}</span>
        </span>
      </div>
    </div>
  );
}

function ColumnHead({ column }: { column: Column }) {
  const { documents } = useWorkspace();
  const { sort } = documents.query.value;
  const sorted = sort.column === column;
  const Arrow = sort.descending ? IconArrowNarrowDown : IconArrowNarrowUp;
  return (
    <span
      role="columnheader"
      class={`cell cell-${column}`}
      aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        class="column-sort"
        data-testid={`sort-${column}`}
        onClick={() =>
          documents.narrow({ sort: { column, descending: sorted && !sort.descending } })
        }
      >
        <span>{t(`documents.column.${column}`)}</span>
        {sorted && <Arrow size={14} aria-hidden="true" />}
      </button>
    </span>
  );
}
