import { describe, expect, it } from 'vitest';
import type { Row } from '../api/rows';
import type { Change, Operation } from '../feed/messages';
import { Collection, leaveOneOfBranches, type Sight } from './collection';

interface TestRow extends Row {
  branchIds: string[];
}

function row(id: string, version = 1, branchIds = ['a']): TestRow {
  return { id, version, updatedAt: '', branchIds };
}

function change(operation: Operation, of: TestRow, branchId = 'a'): Change {
  const shown = operation === 'insert' || operation === 'update' ? of : null;
  return { collection: 'pdfs', operation, id: of.id, branchId, row: shown };
}

function collection(sight: Sight = null, ...rows: TestRow[]): Collection<TestRow> {
  const made = new Collection<TestRow>(leaveOneOfBranches, sight);
  made.begin();
  made.load(rows);
  made.complete();
  return made;
}

describe('Collection', () => {
  it('keeps the newest first, wherever rows come in', () => {
    const rows = collection(null, row('3'), row('1'));
    rows.apply([change('insert', row('2')), change('insert', row('4'))]);
    expect(rows.ids()).toEqual(['4', '3', '2', '1']);
  });

  it('ignores a version that is not newer', () => {
    const rows = collection(null, row('1', 3, ['a']));
    rows.apply([change('update', row('1', 3, ['b'])), change('update', row('1', 2, ['c']))]);
    expect(rows.get('1')?.branchIds).toEqual(['a']);
  });

  it('does not bring a row back from a page that was read before its deletion', () => {
    const rows = new Collection<TestRow>(leaveOneOfBranches, null);
    rows.begin();
    rows.load([row('2')]);
    rows.apply([change('delete', row('1'))]);
    rows.load([row('1')]);
    rows.complete();
    expect(rows.ids()).toEqual(['2']);
  });

  it('shows the old rows while it reads anew, and drops those that did not come', () => {
    const rows = collection(null, row('1'), row('2'));
    rows.begin();
    rows.load([row('2')]);
    expect(rows.ids()).toEqual(['2', '1']);
    rows.apply([change('insert', row('3'))]);
    rows.complete();
    expect(rows.ids()).toEqual(['3', '2']);
  });

  it('keeps a row that another branch in sight still has', () => {
    const rows = collection(new Set(['a', 'b']), row('1', 1, ['a', 'b', 'c']));
    rows.apply([change('leave', row('1'), 'a')]);
    expect(rows.get('1')?.branchIds).toEqual(['b', 'c']);
    rows.apply([change('leave', row('1'), 'b')]);
    expect(rows.size).toBe(0);
  });

  it('survives an insert and a delete in one message', () => {
    const rows = collection();
    rows.apply([change('insert', row('1')), change('delete', row('1'))]);
    expect(rows.ids()).toEqual([]);
  });
});
