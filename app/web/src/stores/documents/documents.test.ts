import { describe, expect, it } from 'vitest';
import type { Agent, Branch, Pdf } from '../../api/rows';
import { Collection, leaveOneOfBranches, leaveOnlyBranch } from '../collection';
import { agentRow, pdfRow } from '../testing/rows';
import { DocumentsStore } from './documents';
import { EVERYTHING } from './query';

function branchRow(id: string, name: string): Branch {
  return { id, version: 1, updatedAt: '', name, code: id, city: '' };
}

function store(pdfs: Pdf[], agents: Agent[] = []) {
  const pdfRows = new Collection<Pdf>(leaveOneOfBranches, null);
  const agentRows = new Collection<Agent>(leaveOnlyBranch, null);
  const branches = new Collection<Branch>(() => null, null);
  branches.load([branchRow('b1', 'São Paulo'), branchRow('b2', 'Campinas')]);
  pdfRows.load(pdfs);
  agentRows.load(agents);
  return { documents: new DocumentsStore(pdfRows, agentRows, branches), pdfRows, agentRows };
}

const quote = pdfRow('2', { customer: 'Construções São João', number: 'ORC-7', type: 'quote' });
const order = pdfRow('1', { fileName: 'os-12.pdf', total: '1234.56', eventDate: '2026-01-15' });
const broken = pdfRow('3', { result: 'damaged', branchIds: ['b2'], pinned: true });

describe('search', () => {
  it.each([
    ['sao joao', ['2']],
    ['JOÃO orc', ['2']],
    ['joao os-12', []],
    ['1234,56', ['1']],
    ['15/01/2026', ['1']],
    ['  ', ['2', '1']],
  ])('finds for %j', (text, expected) => {
    const { documents } = store([quote, order]);
    documents.narrow({ text });
    expect(documents.found.value).toEqual(expected);
  });

  it('follows changes of the rows', () => {
    const { documents, pdfRows } = store([quote]);
    documents.narrow({ text: 'maria' });
    expect(documents.found.value).toEqual([]);
    pdfRows.upsert({ ...quote, version: 2, customer: 'Maria' });
    expect(documents.found.value).toEqual(['2']);
  });
});

describe('filters', () => {
  it('can hide what lies nowhere any more, but not what is here', () => {
    const gone = pdfRow('4', { agentIds: [] });
    const here = pdfRow('5', { agentIds: [], status: 'cached' });
    const { documents } = store([quote, gone, here]);
    documents.narrow({ present: true });
    expect(documents.found.value.toSorted()).toEqual(['2', '5']);
  });

  it.each([
    [{ type: 'quote' }, ['2']],
    [{ status: 'cached' }, []],
    [{ branchId: 'b2' }, ['3']],
    [{ readable: 'no' }, ['3']],
    [{ readable: 'yes' }, ['2', '1']],
    [{ pinned: true }, ['3']],
    [{ from: '2026-01-15' }, ['1']],
    [{ from: '2026-01-16' }, []],
    [{ to: '2026-01-14' }, []],
    [{ from: '2026-01-01', to: '2026-01-15' }, ['1']],
    [{ min: '1234.56' }, ['1']],
    [{ max: '1234.55' }, []],
    [{ min: '1000', max: '2000', text: 'os' }, ['1']],
  ] as const)('with %j shows %j', (part, expected) => {
    const { documents } = store([quote, order, broken]);
    documents.narrow(part);
    expect(documents.found.value).toEqual(expected);
  });

  it('are counted, and cleared without losing the order', () => {
    const { documents } = store([quote, order]);
    const sort = { column: 'number', descending: false } as const;
    documents.narrow({ from: 'today', to: 'today+7', readable: 'yes', text: 'x', sort });
    expect(documents.filterCount.value).toBe(2);
    documents.clear();
    expect(documents.query.value).toEqual({ ...EVERYTHING, sort });
  });
});

describe('order', () => {
  it('by branch follows the names', () => {
    const { documents } = store([quote, broken]);
    documents.narrow({ sort: { column: 'branch', descending: false } });
    expect(documents.found.value).toEqual(['3', '2']);
  });

  it('by availability follows the agents', () => {
    const here = pdfRow('8', { agentIds: ['on'] });
    const away = pdfRow('9', { agentIds: ['off'] });
    const agents = [agentRow('on', 'online'), agentRow('off', 'offline')];
    const { documents, agentRows } = store([here, away], agents);
    documents.narrow({ sort: { column: 'availability', descending: false } });
    expect(documents.found.value).toEqual(['8', '9']);
    agentRows.upsert({ ...agentRow('off', 'online'), version: 2 });
    agentRows.upsert({ ...agentRow('on', 'offline'), version: 2 });
    expect(documents.found.value).toEqual(['9', '8']);
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
