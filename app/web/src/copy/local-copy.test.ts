import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Row } from '../api/rows';
import { generator } from '../feed/testing/random';
import { Collection, leaveOneOfBranches } from '../stores/collection';
import { CopyDatabase } from './database';
import { LocalCopy } from './local-copy';
import { wipeCopies } from './wipe';

interface TestRow extends Row {
  branchIds: string[];
  text: string;
}

function row(number: number, version = 1): TestRow {
  const id = `id-${String(number).padStart(6, '0')}`;
  return { id, version, updatedAt: '', branchIds: ['a'], text: `${number}/${version}` };
}

/** A page with one collection and its copy. */
function page(shapes = 'shapes-1') {
  const rows = new Collection<TestRow>(leaveOneOfBranches, null);
  const copy = new LocalCopy('tenant-user', { pdfs: rows }, shapes);
  const at = { cursor: 'e1-1' as string | null, leads: true };
  const keep = () => copy.keep({ cursor: () => at.cursor, leads: () => at.leads });
  return { rows, copy, at, keep };
}

type Page = ReturnType<typeof page>;

function read(into: Page, rows: TestRow[]): void {
  into.rows.begin();
  into.rows.load(rows);
  into.rows.complete();
}

/** Until the copy has written what it was told. */
async function written(): Promise<void> {
  await vi.advanceTimersByTimeAsync(3_100);
  for (let i = 0; i < 400; i += 1) await vi.advanceTimersByTimeAsync(1);
}

async function reopened(): Promise<{ next: Page; cursor: string | null }> {
  const next = page();
  return { next, cursor: await next.copy.load() };
}

const opened: Page[] = [];
const shown = (of: Page) => [...of.rows.rows()];

beforeEach(() => {
  Dexie.dependencies.indexedDB = new IDBFactory();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  for (const one of opened.splice(0)) one.copy.close();
  vi.useRealTimers();
});

describe('the copy', () => {
  it('is what the page was, with where it was', async () => {
    const first = page();
    expect(await first.copy.load()).toBeNull();
    first.keep();
    read(
      first,
      Array.from({ length: 1_234 }, (_, number) => row(number)),
    );
    await written();
    first.copy.close();
    const { next, cursor } = await reopened();
    expect(cursor).toBe('e1-1');
    expect(next.rows.state.value).toBe('complete');
    expect(shown(next)).toEqual(shown(first));
  });

  it('is not read where it is of other shapes', async () => {
    const first = page();
    await first.copy.load();
    first.keep();
    read(first, [row(1)]);
    await written();
    first.copy.close();
    const other = page('shapes-2');
    expect(await other.copy.load()).toBeNull();
    expect(other.rows.size).toBe(0);
    other.keep();
    read(other, [row(2)]);
    await written();
    other.copy.close();
    const again = page('shapes-2');
    expect(await again.copy.load()).toBe('e1-1');
    expect(shown(again)).toEqual([row(2)]);
  });

  it('is not written before everything is here, nor by a tab that follows', async () => {
    const first = page();
    await first.copy.load();
    first.keep();
    first.rows.begin();
    first.rows.load([row(1)]);
    await written();
    first.rows.complete();
    first.at.leads = false;
    await written();
    expect((await reopened()).cursor).toBeNull();
  });

  it('is left alone by a tab that was frozen while another took over', async () => {
    const old = page();
    await old.copy.load();
    old.keep();
    read(old, [row(1)]);
    await written();
    const { next } = await reopened();
    next.at.cursor = 'e1-9';
    next.keep();
    next.rows.apply([change(row(1, 2))]);
    await written();
    // It wakes up, still believes to lead, and is then told better.
    old.rows.apply([change(row(2))]);
    await vi.advanceTimersByTimeAsync(3_050);
    old.at.leads = false;
    await written();
    next.copy.close();
    const { next: last, cursor } = await reopened();
    expect(cursor).toBe('e1-9');
    expect(shown(last)).toEqual([row(1, 2)]);
  });

  it('has nothing of another history', async () => {
    const first = page();
    await first.copy.load();
    first.keep();
    read(first, [row(1, 7), row(2, 7)]);
    await written();
    first.copy.close();
    const { next } = await reopened();
    next.at.cursor = 'e2-1';
    next.keep();
    next.rows.begin(true);
    next.rows.load([row(1, 3)]);
    next.rows.complete();
    await written();
    next.copy.close();
    const { next: last, cursor } = await reopened();
    expect(cursor).toBe('e2-1');
    expect(shown(last)).toEqual([row(1, 3)]);
  });

  it('is of one user: another owner has another, and a wipe leaves only the one', async () => {
    const first = page();
    await first.copy.load();
    first.keep();
    read(first, [row(1)]);
    await written();
    first.copy.close();
    await wipeCopies('tenant-user');
    expect((await reopened()).cursor).toBe('e1-1');
    const other = page();
    other.copy.close();
    await wipeCopies();
    expect(await Dexie.getDatabaseNames()).toEqual([]);
  });
});

describe('without a copy', () => {
  it.each(['{"id":', 'null', '7'])(
    'the page goes on where it holds %j, and has one again later',
    async (damage) => {
      const first = page();
      await first.copy.load();
      first.keep();
      read(first, [row(1)]);
      await written();
      first.copy.close();
      const database = new CopyDatabase('tenant-user');
      await database.open();
      await database.blocks.put({ collection: 'pdfs', first: '', rows: damage });
      database.close();
      const { next, cursor } = await reopened();
      expect(cursor).toBeNull();
      read(next, [row(1), row(2)]);
      expect(next.rows.ids()).toEqual(['id-000002', 'id-000001']);
      expect((await reopened()).cursor).toBeNull();
    },
  );

  it('the page goes on where the browser has no database', async () => {
    Dexie.dependencies.indexedDB = undefined as unknown as IDBFactory;
    const first = page();
    expect(await first.copy.load()).toBeNull();
    first.keep();
    read(first, [row(1)]);
    await written();
    expect(first.rows.size).toBe(1);
  });
});

describe('whenever the page ends', () => {
  it.each(Array.from({ length: 15 }, (_, seed) => seed))(
    'a later page has what a full read would give (seed %i)',
    async (seed) => {
      const random = generator(seed);
      const truth = new Map<string, TestRow>();
      const log: { seq: number; id: string; row: TestRow | null }[] = [];
      const used = new Set<string>();
      let number = 0;
      let current = await reopened();
      read(current.next, []);
      current.next.at.cursor = 'e1-0';
      current.next.keep();
      for (let step = 0; step < 60; step += 1) {
        const burst = random() < 0.1 ? 700 : 3;
        for (let i = 0; i < burst; i += 1) {
          const ids = [...truth.keys()];
          const known = truth.get(ids[Math.floor(random() * ids.length)] ?? '');
          const luck = random();
          let id: string;
          if (!known || luck < 0.6) {
            number += 1;
            // Ids come in the order of creation, but not strictly.
            const made = row(number * 10 - Math.floor(random() * 30));
            id = made.id;
            if (used.has(id)) continue;
            used.add(id);
            truth.set(id, made);
          } else if (luck < 0.8) {
            id = known.id;
            truth.set(id, { ...known, version: known.version + 1, text: String(luck) });
          } else {
            id = known.id;
            truth.delete(id);
          }
          log.push({ seq: log.length + 1, id, row: truth.get(id) ?? null });
        }
        catchUp(current.next, log);
        await vi.advanceTimersByTimeAsync(random() * 2_000);
        if (random() < 0.15) {
          current.next.copy.close();
          current = await reopened();
          current.next.at.cursor = current.cursor;
          if (current.cursor === null) read(current.next, [...truth.values()]);
          catchUp(current.next, log);
          const newest = [...truth.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
          expect(shown(current.next)).toEqual(newest);
          current.next.keep();
        }
      }
      current.next.copy.close();
    },
  );
});

/** Pulls what came after the page's cursor. */
function catchUp(of: Page, log: { seq: number; id: string; row: TestRow | null }[]): void {
  const since = Number((of.at.cursor ?? 'e1-0').slice(3));
  of.rows.apply(
    log
      .filter(({ seq }) => seq > since)
      .map(({ id, row }) => ({
        collection: 'pdfs' as const,
        operation: row ? ('update' as const) : ('delete' as const),
        id,
        branchId: 'a',
        row,
      })),
  );
  of.at.cursor = `e1-${log.length}`;
}

function change(of: TestRow) {
  const operation = 'update' as const;
  return { collection: 'pdfs' as const, operation, id: of.id, branchId: 'a', row: of };
}
