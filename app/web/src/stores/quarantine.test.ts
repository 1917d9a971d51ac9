import { describe, expect, it } from 'vitest';
import type { Pdf } from '../api/rows';
import { Collection, leaveOneOfBranches } from './collection';
import { QuarantineStore } from './quarantine';
import { pdfRow } from './testing/rows';

function store(...rows: Pdf[]) {
  const pdfs = new Collection<Pdf>(leaveOneOfBranches, null);
  pdfs.load(rows);
  return { quarantine: new QuarantineStore(pdfs), pdfs };
}

const locked = pdfRow('1', { result: 'encrypted', reasonCode: 'password' });
const torn = pdfRow('2', { result: 'damaged', reasonCode: 'damaged', branchIds: ['b2'] });
const old = pdfRow('3', { result: 'timeout' });

describe('the quarantine', () => {
  it('has what could not be read, and not what is gone', () => {
    const gone = pdfRow('4', { result: 'damaged', agentIds: [] });
    const { quarantine } = store(pdfRow('5'), gone, locked, torn, old);
    expect(quarantine.found.value).toEqual(['3', '2', '1']);
    expect(quarantine.count.value).toBe(3);
  });

  it('counts the reasons within a branch and narrows to one', () => {
    const { quarantine } = store(locked, torn, old, { ...torn, id: '6' });
    expect(quarantine.reasons.value).toEqual([
      ['damaged', 2],
      ['password', 1],
      ['timeout', 1],
    ]);
    quarantine.branchId.value = 'b1';
    expect(quarantine.reasons.value.map(([reason]) => reason)).toEqual(['password', 'timeout']);
    quarantine.reason.value = 'password';
    expect(quarantine.found.value).toEqual(['1']);
  });

  it('lets a file go that was read after all', () => {
    const { quarantine, pdfs } = store(locked);
    quarantine.selection.all();
    pdfs.upsert({ ...locked, version: 2, result: 'ok' });
    expect(quarantine.found.value).toEqual([]);
    expect(quarantine.selection.ids.value).toEqual([]);
  });
});
