import { describe, expect, it } from 'vitest';
import type { Agent, Pdf } from '../api/rows';
import { Collection, leaveOneOfBranches, leaveOnlyBranch } from './collection';
import { DocumentsStore } from './documents';
import { agentRow, pdfRow } from './testing/rows';

function store(pdfs: Pdf[], agents: Agent[] = []) {
  const pdfRows = new Collection<Pdf>(leaveOneOfBranches, null);
  const agentRows = new Collection<Agent>(leaveOnlyBranch, null);
  pdfRows.load(pdfs);
  agentRows.load(agents);
  return { documents: new DocumentsStore(pdfRows, agentRows), pdfRows, agentRows };
}

describe('search', () => {
  const quote = pdfRow('2', { customer: 'Construções São João', number: 'ORC-7', type: 'quote' });
  const order = pdfRow('1', { fileName: 'os-12.pdf', total: '1234.56', eventDate: '2026-01-15' });

  it.each([
    ['sao joao', ['2']],
    ['JOÃO orc', ['2']],
    ['joao os-12', []],
    ['1234,56', ['1']],
    ['15/01/2026', ['1']],
    ['  ', ['2', '1']],
  ])('finds for %j', (query, expected) => {
    const { documents } = store([quote, order]);
    documents.query.value = query;
    expect(documents.found.value).toEqual(expected);
  });

  it('follows changes of the rows', () => {
    const { documents, pdfRows } = store([quote]);
    documents.query.value = 'maria';
    expect(documents.found.value).toEqual([]);
    pdfRows.upsert({ ...quote, version: 2, customer: 'Maria' });
    expect(documents.found.value).toEqual(['2']);
  });

  it('filters by type, status, branch and readability together', () => {
    const broken = pdfRow('3', { result: 'damaged', branchIds: ['b2'] });
    const { documents } = store([quote, order, broken]);
    documents.type.value = 'quote';
    expect(documents.found.value).toEqual(['2']);
    documents.clear();
    documents.status.value = 'unreadable';
    expect(documents.found.value).toEqual(['3']);
    documents.branchId.value = 'b1';
    expect(documents.found.value).toEqual([]);
  });
});

describe('availability', () => {
  it.each([
    ['cached', { status: 'cached', agentIds: [] }],
    ['branch_online', { agentIds: ['off', 'on'] }],
    ['branch_offline', { agentIds: ['off'] }],
    ['gone', { agentIds: [] }],
  ] as const)('is %s', (expected, part) => {
    const agents = [agentRow('on', 'online'), agentRow('off', 'reconnecting')];
    const pdf = pdfRow('1', { ...part, agentIds: [...part.agentIds] });
    expect(store([pdf], agents).documents.availability(pdf)).toBe(expected);
  });
});
