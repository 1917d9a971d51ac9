import { type ReadonlySignal, signal } from '@preact/signals';
import type { Row } from '../api/rows';
import type { FeedSink } from '../feed/feed-client';
import type { Change } from '../feed/messages';

/** The branches whose rows the user sees; null is all of them. */
export type Sight = ReadonlySet<string> | null;

/** The row as seen without that branch, or null where no branch in sight has it any more. */
export type Leave<R> = (row: R, branchId: string | null, sight: Sight) => R | null;

/** Rows that belong to one branch are gone when they leave it. */
export function leaveOnlyBranch<R extends Row & { branchId: string | null }>(
  row: R,
  branchId: string | null,
): R | null {
  return row.branchId === branchId ? null : row;
}

/** Rows that several branches see go with the last one in sight. */
export function leaveOneOfBranches<R extends Row & { branchIds: string[] }>(
  row: R,
  branchId: string | null,
  sight: Sight,
): R | null {
  const branchIds = row.branchIds.filter((id) => id !== branchId);
  if (branchIds.length === row.branchIds.length) return row;
  const seen = branchIds.some((id) => sight === null || sight.has(id));
  // One version back: the whole row, when it is told again, must replace this guess at it.
  return seen ? { ...row, branchIds, version: row.version - 1 } : null;
}

type Watcher = (changed: readonly string[]) => void;

/** While a long read is under way, everything that depends on all rows is redone so often. */
const READING_STEP_MS = 200;

/**
 * The rows of one collection by id, newest first. A row is never changed in place: an update
 * replaces it, so what is derived from a row may be cached by its identity.
 */
export class Collection<R extends Row> implements FeedSink {
  readonly #rows = new Map<string, R>();
  /** Ids are UUIDv7, so their order is the order of creation; newest first. */
  #sorted: R[] = [];
  /** Made when it is asked for, and anew after rows came or went. */
  #ids: readonly string[] | null = null;
  #reading: { brought: Set<string>; gone: Set<string>; foreign: boolean } | null = null;
  #touchLater: ReturnType<typeof setTimeout> | undefined;
  readonly #watchers = new Set<Watcher>();
  readonly #revision = signal(0);
  readonly #state = signal<'empty' | 'partial' | 'complete'>('empty');

  constructor(
    private readonly leave: Leave<R>,
    private readonly sight: Sight,
  ) {}

  /** Changes whenever a row does; read it to depend on all rows. */
  get revision(): ReadonlySignal<number> {
    return this.#revision;
  }

  /** `empty` until the first page is here, `partial` until all are. */
  get state(): ReadonlySignal<'empty' | 'partial' | 'complete'> {
    return this.#state;
  }

  get size(): number {
    return this.#sorted.length;
  }

  get(id: string): R | undefined {
    return this.#rows.get(id);
  }

  /** All ids, newest first. The array is the collection's own: do not change it. */
  ids(): readonly string[] {
    this.#ids ??= this.#sorted.map((row) => row.id);
    return this.#ids;
  }

  rows(): IterableIterator<R> {
    return this.#sorted.values();
  }

  /** The rows with `first` ≤ id < `next` (null: to the newest), newest first. */
  between(first: string, next: string | null): readonly R[] {
    const from = next === null ? 0 : this.#place(next, false);
    return this.#sorted.slice(from, this.#place(first, false));
  }

  /** Calls `watcher` with the ids of the rows that came, changed or went. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  begin(isForeign = false): void {
    // A read that was not finished has left rows of the history before.
    const foreign = isForeign || (this.#reading?.foreign ?? false);
    this.#reading = { brought: new Set(), gone: new Set(), foreign };
    if (this.#state.value === 'complete') this.#state.value = 'partial';
  }

  load(rows: readonly Row[]): void {
    const added: R[] = [];
    const changed: string[] = [];
    for (const row of rows as readonly R[]) {
      // It was deleted after the server had read this page.
      if (this.#reading?.gone.has(row.id)) continue;
      if (this.#put(row, added)) changed.push(row.id);
    }
    this.#insert(added);
    this.#tell(changed);
    if (this.#state.value === 'empty') {
      this.#state.value = 'partial';
      this.#touch();
    } else if (this.#reading) {
      this.#touchLater ??= setTimeout(() => this.#touch(), READING_STEP_MS);
    } else {
      this.#touch();
    }
  }

  complete(): void {
    const brought = this.#reading?.brought;
    this.#reading = null;
    if (brought) {
      const stale = this.#sorted.filter((row) => !brought.has(row.id)).map((row) => row.id);
      for (const id of stale) this.#rows.delete(id);
      if (stale.length > 0) {
        this.#sorted = this.#sorted.filter((row) => brought.has(row.id));
        this.#ids = null;
        this.#tell(stale);
      }
    }
    this.#state.value = 'complete';
    this.#touch();
  }

  apply(changes: readonly Change[]): void {
    const added: R[] = [];
    for (const change of changes) {
      const { id } = change;
      if (change.operation === 'delete') {
        this.#drop(id, added);
      } else if (change.operation === 'leave') {
        const row = this.#rows.get(id);
        const rest = row && this.leave(row, change.branchId, this.sight);
        if (rest) this.#replace(rest, added);
        else this.#drop(id, added);
      } else if (change.row) {
        this.#reading?.gone.delete(id);
        this.#put(change.row as R, added);
      }
    }
    this.#insert(added);
    this.#tell(changes.map((change) => change.id));
    this.#touch();
  }

  /** Takes a row that an answer to a request brought, before the feed does. */
  upsert(row: R): void {
    const added: R[] = [];
    this.#put(row, added);
    this.#insert(added);
    this.#tell([row.id]);
    this.#touch();
  }

  /** Stores the row unless a newer one is here; true where it did. New ones go to `added`. */
  #put(row: R, added: R[]): boolean {
    const reading = this.#reading;
    // Versions of another history say nothing: the first that is told of a row is right.
    const replaces = reading?.foreign && !reading.brought.has(row.id);
    reading?.brought.add(row.id);
    const known = this.#rows.get(row.id);
    if (known && known.version >= row.version && !replaces) return false;
    if (known) {
      this.#replace(row, added);
    } else {
      this.#rows.set(row.id, row);
      added.push(row);
    }
    return true;
  }

  #replace(row: R, added: R[]): void {
    this.#rows.set(row.id, row);
    const place = this.#place(row.id);
    if (this.#sorted[place]?.id === row.id) this.#sorted[place] = row;
    else added[added.findIndex((one) => one.id === row.id)] = row;
  }

  #drop(id: string, added: R[]): void {
    this.#reading?.gone.add(id);
    this.#reading?.brought.delete(id);
    if (!this.#rows.delete(id)) return;
    const pending = added.findIndex((row) => row.id === id);
    if (pending >= 0) added.splice(pending, 1);
    else this.#sorted.splice(this.#place(id), 1);
    this.#ids = null;
  }

  #insert(added: R[]): void {
    if (added.length === 0) return;
    this.#ids = null;
    if (added.length <= 20) {
      for (const row of added) this.#sorted.splice(this.#place(row.id), 0, row);
      return;
    }
    added.sort(newestFirst);
    const last = this.#sorted.at(-1);
    const follows = !last || newestFirst(last, added[0] as R) < 0;
    for (const row of added) this.#sorted.push(row);
    // Pages come newest first, so mostly there is nothing to sort.
    if (!follows) this.#sorted.sort(newestFirst);
  }

  /** Where the id is, or would be, in the order. */
  #place(id: string, before = true): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = this.#sorted[middle]?.id ?? '';
      if (before ? there > id : there >= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #tell(changed: readonly string[]): void {
    for (const watcher of this.#watchers) watcher(changed);
  }

  #touch(): void {
    clearTimeout(this.#touchLater);
    this.#touchLater = undefined;
    this.#revision.value += 1;
  }
}

function newestFirst(a: Row, b: Row): number {
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
