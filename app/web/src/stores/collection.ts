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

/**
 * The rows of one collection by id, newest first. A row is never changed in place: an update
 * replaces it, so what is derived from a row may be cached by its identity.
 */
export class Collection<R extends Row> implements FeedSink {
  readonly #rows = new Map<string, R>();
  /** Ids are UUIDv7, so their order is the order of creation; newest first. */
  #order: string[] = [];
  #reading: { brought: Set<string>; gone: Set<string> } | null = null;
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
    return this.#order.length;
  }

  get(id: string): R | undefined {
    return this.#rows.get(id);
  }

  /** All ids, newest first. The array is the collection's own: do not change it. */
  ids(): readonly string[] {
    return this.#order;
  }

  *rows(): IterableIterator<R> {
    for (const id of this.#order) {
      const row = this.#rows.get(id);
      if (row) yield row;
    }
  }

  begin(): void {
    this.#reading = { brought: new Set(), gone: new Set() };
    if (this.#state.value === 'complete') this.#state.value = 'partial';
  }

  load(rows: Row[]): void {
    const added: string[] = [];
    for (const row of rows as R[]) {
      // It was deleted after the server had read this page.
      if (this.#reading?.gone.has(row.id)) continue;
      if (this.#put(row)) added.push(row.id);
    }
    this.#insert(added);
    if (this.#state.value === 'empty') this.#state.value = 'partial';
    this.#touch();
  }

  complete(): void {
    const brought = this.#reading?.brought;
    this.#reading = null;
    if (brought) {
      const stale = this.#order.filter((id) => !brought.has(id));
      for (const id of stale) this.#rows.delete(id);
      if (stale.length > 0) this.#order = this.#order.filter((id) => brought.has(id));
    }
    this.#state.value = 'complete';
    this.#touch();
  }

  apply(changes: Change[]): void {
    const added: string[] = [];
    for (const change of changes) {
      const { id } = change;
      if (change.operation === 'delete') {
        this.#drop(id, added);
      } else if (change.operation === 'leave') {
        const row = this.#rows.get(id);
        const rest = row && this.leave(row, change.branchId, this.sight);
        if (rest) this.#rows.set(id, rest);
        else this.#drop(id, added);
      } else if (change.row) {
        this.#reading?.gone.delete(id);
        if (this.#put(change.row as R)) added.push(id);
      }
    }
    this.#insert(added);
    this.#touch();
  }

  /** Takes a row that an answer to a request brought, before the feed does. */
  upsert(row: R): void {
    this.#insert(this.#put(row) ? [row.id] : []);
    this.#touch();
  }

  /** Stores the row unless a newer one is here; true where the id is new. */
  #put(row: R): boolean {
    this.#reading?.brought.add(row.id);
    const known = this.#rows.get(row.id);
    if (known && known.version >= row.version) return false;
    this.#rows.set(row.id, row);
    return !known;
  }

  #drop(id: string, added: string[]): void {
    this.#reading?.gone.add(id);
    this.#reading?.brought.delete(id);
    if (!this.#rows.delete(id)) return;
    const pending = added.indexOf(id);
    if (pending >= 0) added.splice(pending, 1);
    else this.#order.splice(this.#place(id), 1);
  }

  #insert(added: string[]): void {
    if (added.length === 0) return;
    if (added.length <= 20) {
      for (const id of added) this.#order.splice(this.#place(id), 0, id);
      return;
    }
    this.#order.push(...added);
    this.#order.sort(newestFirst);
  }

  /** Where the id is, or would be, in the order. */
  #place(id: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#order[middle] ?? '') > id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #touch(): void {
    this.#revision.value += 1;
  }
}

function newestFirst(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}
