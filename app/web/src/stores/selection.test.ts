import { signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import { Selection } from './selection';

describe('Selection', () => {
  const shown = signal<readonly string[]>([]);
  let selection: Selection;

  beforeEach(() => {
    shown.value = ['a', 'b', 'c', 'd'];
    selection = new Selection(shown);
  });

  it('has its ids in the order of the list', () => {
    selection.toggle('c');
    selection.toggle('a');
    expect(selection.ids.value).toEqual(['a', 'c']);
    selection.toggle('c');
    expect(selection.ids.value).toEqual(['a']);
  });

  it('extends from the row that was chosen last, to either side', () => {
    selection.toggle('b');
    selection.extendTo('d');
    expect(selection.ids.value).toEqual(['b', 'c', 'd']);
    selection.extendTo('a');
    expect(selection.ids.value).toEqual(['a', 'b']);
  });

  it('starts a range where nothing was chosen', () => {
    selection.extendTo('c');
    selection.extendTo('d');
    expect(selection.ids.value).toEqual(['c', 'd']);
  });

  it('counts only what the list shows', () => {
    selection.all();
    shown.value = ['b', 'x'];
    expect(selection.ids.value).toEqual(['b']);
    selection.clear();
    expect(selection.ids.value).toEqual([]);
  });
});
