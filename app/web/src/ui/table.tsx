import type { ComponentChildren } from 'preact';
import { t } from '../i18n';

interface TableProps {
  /** The titles of the columns; an empty one is above the buttons of a row. */
  columns: readonly string[];
  label: string;
  children: ComponentChildren;
}

/** A table of some dozens of rows; on a phone each row is a card. */
export function Table({ columns, label, children }: TableProps) {
  return (
    <table class="table-plain" aria-label={label}>
      <thead>
        <tr>
          {columns.map((title) => (
            <th key={title} scope="col" class={title ? undefined : 'table-buttons'}>
              {title || <span class="visually-hidden">{t('app.actions')}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
