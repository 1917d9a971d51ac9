import { describe, expect, it } from 'vitest';
import { localDay, resolveDay } from './days';
import { type DocumentQuery, EVERYTHING, fromSearch, toSearch } from './query';

describe('the query in an address', () => {
  it('comes back as it was', () => {
    const query: DocumentQuery = {
      text: 'são joão & filhos',
      type: 'quote',
      status: 'cached',
      branchId: 'b1',
      readable: 'no',
      pinned: true,
      present: true,
      from: 'today',
      to: '2026-12-31',
      min: '10.5',
      max: '2000',
      sort: { column: 'total', descending: true },
    };
    expect(fromSearch(toSearch(query))).toEqual(query);
  });

  it('names nothing where all is as usual', () => {
    expect(toSearch(EVERYTHING)).toBe('');
    expect(fromSearch('')).toEqual(EVERYTHING);
  });

  it('ignores what makes no sense', () => {
    const search = '?type=novel&status=lost&readable=1&from=tomorrow&min=1e9&sort=-colour&x=y';
    expect(fromSearch(search)).toEqual(EVERYTHING);
  });
});

describe('a relative day', () => {
  const now = new Date(2026, 1, 27, 23, 59);

  it.each([
    ['today', '2026-02-27'],
    ['today+2', '2026-03-01'],
    ['today-27', '2026-01-31'],
    ['2025-05-05', '2025-05-05'],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    expect(resolveDay(text, now)).toBe(expected);
  });

  it('is the day where the user is', () => {
    expect(localDay(now)).toBe('2026-02-27');
  });
});
