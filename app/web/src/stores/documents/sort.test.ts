import { describe, expect, it } from 'vitest';
import type { Pdf } from '../../api/rows';
import { pdfRow } from '../testing/rows';
import { type Sort, Sorter } from './sort';

function sorter() {
  return new Sorter({ branch: (id) => id, availability: () => 'gone' });
}

function ids(rows: readonly Pdf[]): string[] {
  return rows.map((row) => row.id);
}

const rows = [
  pdfRow('1', { customer: 'Órbita', total: '9.00', size: 30 }),
  pdfRow('2', { customer: 'padaria', total: '10.00', size: 10 }),
  pdfRow('3', { customer: null, total: null, size: 20 }),
  pdfRow('4', { customer: 'Ábaco', total: '10.00', size: 20 }),
];

describe('Sorter', () => {
  it.each([
    ['customer', false, ['4', '1', '2', '3']],
    ['customer', true, ['2', '1', '4', '3']],
    ['total', false, ['1', '4', '2', '3']],
    ['total', true, ['4', '2', '1', '3']],
    ['size', false, ['2', '4', '3', '1']],
  ] as const)('by %s, descending %s', (column, descending, expected) => {
    expect(ids(sorter().sorted(rows, { column, descending }))).toEqual(expected);
  });

  it('puts a changed, a new and a lost row right', () => {
    const sort: Sort = { column: 'size', descending: false };
    const kept = sorter();
    kept.sorted(rows, sort);
    const [first, second, , fourth] = rows as [Pdf, Pdf, Pdf, Pdf];
    const after = [first, { ...second, size: 99 }, fourth, pdfRow('5', { size: 1 })];
    expect(ids(kept.sorted(after, sort))).toEqual(['5', '4', '1', '2']);
  });
});
