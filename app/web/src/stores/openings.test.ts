import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/client';
import type { Agent, AgentStatus, Branch, Pdf, Transfer } from '../api/rows';
import { Collection, leaveOneOfBranches, leaveOnlyBranch } from './collection';
import { DocumentsStore } from './documents/documents';
import { Openings, type ViewerTab } from './openings';
import { agentRow, pdfRow, transferRow } from './testing/rows';
import { TransfersStore } from './transfers';

const TOKEN = { accessToken: 't', expiresIn: 600, user: { id: 'u' } };

function answers(byPath: Record<string, () => Response>) {
  vi.stubGlobal('fetch', async (url: string) => {
    if (url === '/api/auth/refresh') return Response.json(TOKEN);
    const answer = byPath[url];
    if (!answer) throw new Error(`unexpected call of ${url}`);
    return answer();
  });
}

function setUp(pdf: Pdf, agent: AgentStatus = 'online') {
  const pdfs = new Collection<Pdf>(leaveOneOfBranches, null);
  const agents = new Collection<Agent>(leaveOnlyBranch, null);
  const transferRows = new Collection<Transfer>(leaveOnlyBranch, null);
  pdfs.load([pdf]);
  agents.load([agentRow('on', agent)]);
  const said: string[] = [];
  const openings = new Openings(
    new ApiClient(),
    new DocumentsStore(pdfs, agents, new Collection<Branch>(() => null, null)),
    new TransfersStore(transferRows),
    {
      onWaiting: () => said.push('waiting'),
      onReady: () => said.push('ready'),
      onFailed: (_, error) => said.push(`failed ${error.code}`),
    },
  );
  let closed = false;
  const tab: ViewerTab = {
    waiting: () => {},
    show: () => {
      if (!closed) said.push('shown');
      return !closed;
    },
    close: () => {
      closed = true;
    },
  };
  return { openings, pdfs, transferRows, tab, said, isClosed: () => closed };
}

const DOWNLOAD = { '/api/pdfs/p/download': () => new Response('%PDF') };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('opening a document', () => {
  it('shows a cached one at once', async () => {
    answers(DOWNLOAD);
    const pdf = pdfRow('p', { status: 'cached' });
    const { openings, tab, said } = setUp(pdf);
    await openings.open(pdf, tab);
    expect(said).toEqual(['shown']);
  });

  it('requests it, waits for the feed to say that it is here, and shows it', async () => {
    const transfer = transferRow('t', 'p');
    answers({
      ...DOWNLOAD,
      '/api/pdfs/p/request': () => Response.json({ id: 'p', status: 'uploading', transfer }),
    });
    const pdf = pdfRow('p');
    const { openings, pdfs, transferRows, tab, said } = setUp(pdf);
    const opened = openings.open(pdf, tab);
    await vi.waitFor(() => expect(transferRows.get('t')).toBeDefined());
    transferRows.upsert({ ...transfer, version: 2, state: 'done' });
    expect(said).toEqual([]);
    pdfs.upsert({ ...pdf, version: 2, status: 'cached' });
    await opened;
    expect(said).toEqual(['shown']);
  });

  it('waits for the row where another branch, which is not seen, sends it', async () => {
    answers({
      ...DOWNLOAD,
      '/api/pdfs/p/request': () =>
        Response.json({ id: 'p', status: 'uploading', transfer: null }, { status: 202 }),
    });
    const pdf = pdfRow('p');
    const { openings, pdfs, tab, said } = setUp(pdf);
    const opened = openings.open(pdf, tab);
    pdfs.upsert({ ...pdf, version: 2, status: 'uploading' });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(said).toEqual([]);
    pdfs.upsert({ ...pdf, version: 3, status: 'cached' });
    await opened;
    expect(said).toEqual(['shown']);
  });

  it('gives up where what is not seen has failed', async () => {
    answers({
      '/api/pdfs/p/request': () =>
        Response.json({ id: 'p', status: 'uploading', transfer: null }, { status: 202 }),
    });
    const pdf = pdfRow('p', { status: 'uploading' });
    const { openings, pdfs, tab, said } = setUp(pdf);
    const opened = openings.open(pdf, tab);
    await new Promise((resolve) => setTimeout(resolve, 20));
    pdfs.upsert({ ...pdf, version: 2, status: 'available_local' });
    await opened;
    expect(said).toEqual(['failed transfer_failed']);
  });

  it('gives the tab up while the branch is offline, and says when the file came', async () => {
    const transfer = transferRow('t', 'p');
    answers({
      ...DOWNLOAD,
      '/api/pdfs/p/request': () => Response.json({ id: 'p', status: 'uploading', transfer }),
    });
    const pdf = pdfRow('p');
    const { openings, pdfs, tab, said, isClosed } = setUp(pdf, 'offline');
    const opened = openings.open(pdf, tab);
    await vi.waitFor(() => expect(said).toEqual(['waiting']));
    expect(isClosed()).toBe(true);
    pdfs.upsert({ ...pdf, version: 2, status: 'cached' });
    await opened;
    expect(said).toEqual(['waiting', 'ready']);
  });

  it.each([
    ['cancelled', []],
    ['failed', ['failed file_gone']],
  ] as const)('closes the tab when the transfer was %s', async (state, expected) => {
    const transfer = transferRow('t', 'p');
    answers({
      '/api/pdfs/p/request': () => Response.json({ id: 'p', status: 'uploading', transfer }),
    });
    const pdf = pdfRow('p');
    const { openings, transferRows, tab, said, isClosed } = setUp(pdf);
    const opened = openings.open(pdf, tab);
    await vi.waitFor(() => expect(transferRows.get('t')).toBeDefined());
    transferRows.upsert({ ...transfer, version: 2, state, errorCode: 'file_gone' });
    await opened;
    expect(said).toEqual(expected);
    expect(isClosed()).toBe(true);
  });

  it('has the new transfer where one was asked for anew', async () => {
    const transfer = transferRow('t2', 'p');
    answers({
      '/api/transfers/t1/retry': () => Response.json({ id: 'p', status: 'uploading', transfer }),
    });
    const { openings, transferRows } = setUp(pdfRow('p'));
    await openings.retry(transferRow('t1', 'p'));
    expect([...transferRows.rows()]).toEqual([transfer]);
  });

  it('says why the server refused', async () => {
    const problem = { code: 'gone_from_branch', detail: 'gone' };
    answers({ '/api/pdfs/p/request': () => Response.json(problem, { status: 409 }) });
    const pdf = pdfRow('p');
    const { openings, tab, said } = setUp(pdf);
    await openings.open(pdf, tab);
    expect(said).toEqual(['failed gone_from_branch']);
  });
});
