import { SORTABLE, type SortColumn } from './sort';

/** Every column of the list is one that it can be sorted by. */
export type Column = SortColumn;
export const COLUMNS: readonly Column[] = SORTABLE;

/** What is shown to those who chose nothing, by the room there is. */
const USUAL: readonly Column[] = [
  'type',
  'number',
  'customer',
  'eventDate',
  'total',
  'fileName',
  'branch',
  'availability',
];
const USUAL_ON_SMALL: readonly Column[] = USUAL.filter((name) => name !== 'branch');

export function usualColumns(widthPx: number): readonly Column[] {
  return widthPx >= 1400 || widthPx < 768 ? USUAL : USUAL_ON_SMALL;
}

/** The columns of a stored choice, as far as this version has them; null where none is left. */
export function knownColumns(
  chosen: readonly string[] | null | undefined,
): readonly Column[] | null {
  const known = [...new Set(chosen)].flatMap((name) => COLUMNS.filter((one) => one === name));
  return known.length > 0 ? known : null;
}

/** The columns with one shown or hidden; the last one stays. */
export function withToggled(columns: readonly Column[], column: Column): readonly Column[] {
  if (!columns.includes(column)) return [...columns, column];
  return columns.length === 1 ? columns : columns.filter((name) => name !== column);
}

/** The columns with one moved to the left (-1) or to the right (1). */
export function withMoved(
  columns: readonly Column[],
  column: Column,
  step: -1 | 1,
): readonly Column[] {
  const from = columns.indexOf(column);
  const to = from + step;
  if (from < 0 || to < 0 || to >= columns.length) return columns;
  const moved = columns.filter((name) => name !== column);
  moved.splice(to, 0, column);
  return moved;
}
