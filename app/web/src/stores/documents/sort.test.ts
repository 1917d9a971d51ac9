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

  it.each([
    [
      'number',
      ['ORC-10', 'ORC-9', 'orc-09', null, 'ORC-100'],
      ['ORC-9', 'orc-09', 'ORC-10', 'ORC-100', null],
    ],
    ['number', ['10/2026', '9', '9/2026', '9/2025'], ['9', '9/2025', '9/2026', '10/2026']],
    [
      'fileName',
      ['doc 10.pdf', 'Doc 2.pdf', 'dóc 1.pdf'],
      ['dóc 1.pdf', 'Doc 2.pdf', 'doc 10.pdf'],
    ],
    ['customer', ['Loja 12', 'loja 3', 'LOJA 3b'], ['loja 3', 'LOJA 3b', 'Loja 12']],
    [
      'eventDate',
      ['2026-10-01', '2026-09-30', '0999-12-31'],
      ['0999-12-31', '2026-09-30', '2026-10-01'],
    ],
  ] as const)('numbers in the %s have their natural order', (column, given, expected) => {
    const made = given.map((text, index) => pdfRow(String(9 - index), { [column]: text }));
    const sorted = sorter().sorted(made, { column, descending: false });
    expect(sorted.map((row) => row[column])).toEqual(expected);
  });

  it('names of branches, too', () => {
    const made = ['Filial 10', 'filial 9'].map((name, id) =>
      pdfRow(String(id), { branchIds: [name] }),
    );
    const sorted = sorter().sorted(made, { column: 'branch', descending: false });
    expect(sorted.map((row) => row.branchIds[0])).toEqual(['filial 9', 'Filial 10']);
  });
});
