import type { Column } from '../../stores/documents/columns';

/** How wide a column is at least, in rem, and its share of the room that is left. */
const WIDTHS: Record<Column, readonly [least: number, share: number]> = {
  type: [7.25, 0],
  number: [7, 0],
  customer: [7, 3],
  eventDate: [6.5, 0],
  total: [5.75, 0],
  fileName: [7, 4],
  branch: [6, 1.5],
  availability: [8.5, 0],
  size: [5.5, 0],
  pages: [4.5, 0],
  created: [9, 0],
  updated: [9, 0],
};

const GAP_REM = 0.75;
/** The check box, the buttons at the end, and the room at both sides. */
const FIXED_REM = 1.5 + 4 + 2 * GAP_REM;

/** The list's measures as custom properties: a grid's columns, and when it scrolls sideways. */
export function listStyle(columns: readonly Column[]): Record<string, string> {
  const tracks = columns.map((column) => {
    const [least, share] = WIDTHS[column];
    return share > 0 ? `minmax(${least}rem, ${share}fr)` : `${least}rem`;
  });
  // Something must take the room that is left.
  if (columns.every((column) => WIDTHS[column][1] === 0)) tracks.push('1fr');
  const least = columns.reduce((sum, column) => sum + WIDTHS[column][0] + GAP_REM, FIXED_REM);
  return { '--columns': tracks.join(' '), '--list-width': `${least + GAP_REM}rem` };
}
