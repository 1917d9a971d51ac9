import { newKey } from '../api/key';
import type { Row } from '../api/rows';
import { mayKeepRows } from '../browser/site-data';
import { parseCursor } from '../feed/position';
import { Blocks } from './blocks';
import type { CopyDatabase, StoredBlock } from './database';

declare const __ROW_SHAPES__: string;

/** What the copy needs of a `Collection`. */
export interface Copied {
  readonly state: { peek(): 'empty' | 'partial' | 'complete' };
  begin(): void;
  load(rows: readonly Row[]): void;
  complete(): void;
  ids(): readonly string[];
  between(first: string, next: string | null): readonly Row[];
  watch(watcher: (changed: readonly string[]) => void): () => void;
}

export interface Keeper {
  /** Everything up to here is in the collections once they are complete. */
  cursor(): string | null;
  /** Of many tabs only one writes. */
  leads(): boolean;
}

const BLOCK_ROWS = 200;
/** So many blocks are read or written before the page gets its turn. */
const SLICE_BLOCKS = 4;
/** A browser that cannot even open the database by then will not help the user. */
const OPEN_MS = 2_000;
const WRITE_EVERY_MS = 3_000;

interface Part {
  name: string;
  rows: Copied;
  blocks: Blocks;
  dirty: Set<string>;
}

/**
 * A copy of the collections in IndexedDB, so that a page shows them before the server answers.
 * It is never needed: whatever is wrong with it, it is given up and the page goes on without.
 */
export class LocalCopy {
  #opened: CopyDatabase | null = null;
  readonly #parts: Part[];
  readonly #writer = newKey();
  #keeper: Keeper | null = null;
  #claimed = false;
  #usable = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: (() => void)[] = [];

  constructor(
    private readonly owner: string,
    collections: Record<string, Copied>,
    private readonly shapes: string = __ROW_SHAPES__,
  ) {
    this.#parts = Object.entries(collections).map(([name, rows]) => ({
      name,
      rows,
      blocks: new Blocks(),
      dirty: new Set(),
    }));
  }

  /** Fills the collections; the cursor they are at, or null where there is no copy. */
  async load(): Promise<string | null> {
    let cursor: string | null = null;
    try {
      await within(OPEN_MS, this.#open());
      cursor = await this.#read();
    } catch (error) {
      if (error instanceof TooSlow) this.close();
      else if (this.#usable) this.#giveUp();
    }
    if (this.#usable) this.#watch();
    return cursor;
  }

  /** Writes what changes from now on, in the background. */
  keep(keeper: Keeper): void {
    this.#keeper = keeper;
    if (this.#usable) this.#schedule();
  }

  close(): void {
    this.#usable = false;
    clearTimeout(this.#timer);
    for (const unwatch of this.#unwatch) unwatch();
    this.#opened?.close();
  }

  /** The library is loaded here and not with the page, which must come up without it. */
  async #open(): Promise<void> {
    if (!mayKeepRows()) throw new Error('this browser keeps no rows');
    const { CopyDatabase } = await import('./database');
    if (!this.#usable) throw new Error('closed before it was open');
    this.#opened = new CopyDatabase(this.owner);
    await this.#opened.open();
  }

  get #database(): CopyDatabase {
    if (!this.#opened) throw new Error('not open');
    return this.#opened;
  }

  async #read(): Promise<string | null> {
    const state = await this.#database.state.get('state');
    if (!state?.cursor || state.shapes !== this.shapes) {
      return null;
    }
    const keys = await this.#database.blocks.toCollection().primaryKeys();
    const plan: [Part, string][] = [];
    const rest: [Part, string][] = [];
    for (const part of this.#parts) {
      const firsts = keys.filter(([name]) => name === part.name).map(([, first]) => first);
      part.blocks.adopt(firsts);
      part.rows.begin();
      firsts.reverse().forEach((first, index) => {
        // What is seen first is on top of each list.
        (index === 0 ? plan : rest).push([part, first]);
      });
    }
    plan.push(...rest);
    for (let i = 0; i < plan.length; i += SLICE_BLOCKS) {
      await this.#readSlice(plan.slice(i, i + SLICE_BLOCKS));
    }
    for (const part of this.#parts) part.rows.complete();
    return state.cursor;
  }

  async #readSlice(slice: [Part, string][]): Promise<void> {
    const stored = await this.#database.blocks.bulkGet(
      slice.map(([part, first]) => [part.name, first]),
    );
    slice.forEach(([part, first], index) => {
      const end = part.blocks.end(first);
      const rows: Row[] = JSON.parse(stored[index]?.rows ?? '[]');
      // A block that was split may still have what is in the others now.
      part.rows.load(rows.filter(({ id }) => id >= first && (end === null || id < end)));
    });
  }

  #watch(): void {
    this.#unwatch = this.#parts.map((part) =>
      part.rows.watch((changed) => {
        for (const id of changed) part.dirty.add(id);
        this.#schedule();
      }),
    );
  }

  #schedule(): void {
    if (!this.#keeper || !this.#usable) return;
    this.#timer ??= setTimeout(async () => {
      try {
        await this.#write();
      } catch (error) {
        this.#afterFailure(error);
      }
      this.#timer = undefined;
      if (this.#parts.some(({ dirty }) => dirty.size > 0)) this.#schedule();
    }, WRITE_EVERY_MS);
  }

  async #write(): Promise<void> {
    const cursor = this.#keeper?.cursor();
    const whole = this.#parts.every(({ rows }) => rows.state.peek() === 'complete');
    if (!cursor || !whole || !this.#keeper?.leads()) return;
    if (!this.#claimed) await this.#claim(cursor);
    for (const part of this.#parts) {
      const dirty = part.dirty;
      part.dirty = new Set();
      try {
        for (const first of part.blocks.of(dirty)) await this.#writeBlock(part, first);
      } catch (error) {
        for (const id of dirty) part.dirty.add(id);
        throw error;
      }
    }
    await this.#store([], cursor);
  }

  /** Becomes the one that writes, from what this tab knows. */
  async #claim(cursor: string): Promise<void> {
    const { blocks, state } = this.#database;
    await this.#database.transaction('rw', blocks, state, async () => {
      const known = await state.get('state');
      const goesOn =
        known?.cursor &&
        known.shapes === this.shapes &&
        parseCursor(known.cursor).epoch === parseCursor(cursor).epoch;
      if (!goesOn) {
        await blocks.clear();
        for (const part of this.#parts) part.dirty = new Set(part.rows.ids());
      }
      // What is stored may be older than this page, and what this page will store older than that.
      const older = goesOn ? olderOf(known.cursor, cursor) : '';
      await state.put({ id: 'state', cursor: older, shapes: this.shapes, writer: this.#writer });
    });
    const keys = await blocks.toCollection().primaryKeys();
    for (const part of this.#parts) {
      part.blocks.adopt(keys.filter(([name]) => name === part.name).map(([, first]) => first));
    }
    this.#claimed = true;
  }

  async #writeBlock(part: Part, first: string): Promise<void> {
    const rows = part.rows.between(first, part.blocks.end(first));
    const pieces = rows.length > 2 * BLOCK_ROWS ? chunks(rows, BLOCK_ROWS) : [rows];
    const oldest = pieces.at(-1);
    // Newest first: the block itself, which has been cut short, is written after what was cut off.
    for (const slice of chunks(pieces, SLICE_BLOCKS)) {
      const blocks = slice.map((piece) => ({
        collection: part.name,
        first: piece === oldest ? first : (piece.at(-1)?.id ?? first),
        rows: JSON.stringify(piece),
      }));
      await this.#store(blocks);
      for (const block of blocks) if (block.first !== first) part.blocks.split(block.first);
      await idle();
    }
  }

  async #store(stored: StoredBlock[], cursor?: string): Promise<void> {
    const { blocks, state } = this.#database;
    await this.#database.transaction('rw', blocks, state, async () => {
      const known = await state.get('state');
      if (known?.writer !== this.#writer) throw new Superseded();
      await blocks.bulkPut(stored);
      if (cursor) await state.put({ ...known, cursor });
    });
  }

  #afterFailure(error: unknown): void {
    if (!this.#usable) return;
    this.#claimed = false;
    if (!(error instanceof Superseded)) this.#giveUp();
  }

  #giveUp(): void {
    this.close();
    void this.#opened?.delete({ disableAutoOpen: true }).catch(() => {});
  }
}

/** Another tab has become the one that writes. */
class Superseded extends Error {}

class TooSlow extends Error {}

function olderOf(one: string, other: string): string {
  return parseCursor(one).seq <= parseCursor(other).seq ? one : other;
}

function chunks<T>(of: readonly T[], size: number): (readonly T[])[] {
  const made: (readonly T[])[] = [];
  for (let i = 0; i < of.length; i += size) made.push(of.slice(i, i + size));
  return made.length > 0 ? made : [of];
}

/** When the page has nothing better to do, or soon. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 500 });
    else setTimeout(resolve, 0);
  });
}

function within(ms: number, work: PromiseLike<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooSlow()), ms);
    work.then(() => resolve(), reject).then(() => clearTimeout(timer));
  });
}
