import { describe, expect, it } from 'vitest';
import { knownColumns, withMoved, withToggled } from './columns';

describe('columns', () => {
  it('of a stored choice are those that exist, once', () => {
    expect(knownColumns(['total', 'gone', 'total', 'type'])).toEqual(['total', 'type']);
    expect(knownColumns(['gone'])).toBeNull();
    expect(knownColumns(undefined)).toBeNull();
  });

  it('are shown and hidden, but never all hidden', () => {
    expect(withToggled(['type'], 'total')).toEqual(['type', 'total']);
    expect(withToggled(['type', 'total'], 'type')).toEqual(['total']);
    expect(withToggled(['type'], 'type')).toEqual(['type']);
  });

  it('move by one, within the ends', () => {
    expect(withMoved(['type', 'total', 'size'], 'size', -1)).toEqual(['type', 'size', 'total']);
    expect(withMoved(['type', 'total'], 'type', 1)).toEqual(['total', 'type']);
    expect(withMoved(['type', 'total'], 'type', -1)).toEqual(['type', 'total']);
  });
});
