import {
  IconChevronDown,
  IconChevronUp,
  IconColumns3,
  IconSortAscending,
  IconSortDescending,
} from '@tabler/icons-preact';
import { t } from '../../i18n';
import { COLUMNS, type Column, withMoved, withToggled } from '../../stores/documents/columns';
import type { SortColumn } from '../../stores/documents/sort';
import { useApp, useWorkspace } from '../../ui/context';
import { isNarrow } from '../../ui/page';
import { Popover } from '../../ui/popover';
import { run } from '../../ui/run';
import { useColumns } from './use-columns';

/** Which columns are shown and in which order; on a phone also by which the list is sorted. */
export function ColumnsMenu() {
  const { toasts } = useApp();
  const { preferences } = useWorkspace();
  const columns = useColumns();
  const hidden = COLUMNS.filter((column) => !columns.includes(column));
  const save = (chosen: readonly Column[] | null) =>
    void run(toasts, () => preferences.save({ columns: chosen }));
  return (
    <Popover
      label={t('documents.columns')}
      testId="columns"
      button={
        <>
          <IconColumns3 size={18} aria-hidden="true" />
          <span class="btn-text">{t('documents.columns')}</span>
        </>
      }
    >
      {() => (
        <>
          {isNarrow.value && <SortChoice />}
          <ul class="picks">
            {[...columns, ...hidden].map((column) => (
              <li key={column} class="picks-item">
                <label>
                  <input
                    type="checkbox"
                    class="form-check-input"
                    checked={columns.includes(column)}
                    data-testid={`column-${column}`}
                    onChange={() => save(withToggled(columns, column))}
                  />
                  {t(`documents.column.${column}`)}
                </label>
                {columns.includes(column) && (
                  <>
                    <Move column={column} step={-1} columns={columns} onMoved={save} />
                    <Move column={column} step={1} columns={columns} onMoved={save} />
                  </>
                )}
              </li>
            ))}
          </ul>
          {preferences.value.value.columns && (
            <button
              type="button"
              class="btn btn-sm btn-ghost-secondary"
              data-testid="columns-reset"
              onClick={() => save(null)}
            >
              {t('documents.columnsReset')}
            </button>
          )}
        </>
      )}
    </Popover>
  );
}

interface MoveProps {
  column: Column;
  step: -1 | 1;
  columns: readonly Column[];
  onMoved: (columns: readonly Column[]) => void;
}

function Move({ column, step, columns, onMoved }: MoveProps) {
  const moved = withMoved(columns, column, step);
  const name = t(`documents.column.${column}`);
  const label = t(step < 0 ? 'documents.moveUp' : 'documents.moveDown', { name });
  const Icon = step < 0 ? IconChevronUp : IconChevronDown;
  return (
    <button
      type="button"
      class="btn btn-icon btn-sm btn-ghost-secondary"
      aria-label={label}
      title={label}
      disabled={moved === columns}
      data-testid={`column-${column}-${step < 0 ? 'up' : 'down'}`}
      onClick={() => onMoved(moved)}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}

/** Where there is no head of a table to click on. */
function SortChoice() {
  const { documents } = useWorkspace();
  const { column, descending } = documents.query.value.sort;
  const label = t(descending ? 'documents.descending' : 'documents.ascending');
  const Icon = descending ? IconSortDescending : IconSortAscending;
  return (
    <div class="sort-choice">
      <label>
        <span>{t('documents.sortBy')}</span>
        <select
          class="form-select"
          data-testid="sort-by"
          value={column}
          onChange={(event) =>
            documents.narrow({
              sort: { column: event.currentTarget.value as SortColumn, descending },
            })
          }
        >
          {COLUMNS.map((name) => (
            <option key={name} value={name}>
              {t(`documents.column.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="btn btn-icon"
        aria-label={label}
        title={label}
        data-testid="sort-direction"
        onClick={() => documents.narrow({ sort: { column, descending: !descending } })}
      >
        <Icon size={20} aria-hidden="true" />
      </button>
    </div>
  );
}
