import type { CollectionName, Row } from '../../api/rows';
import type { ChangesPage, CollectionPage, DataUpdate, Operation, PulledChange } from '../messages';
import { parseCursor } from '../position';
import type { FeedSocket, SocketListener } from '../socket';
import type { FeedSource } from '../source';

interface StoredRow extends Row {
  branchIds: string[];
  text: string;
}

/**
 * The feed as docs/contract.md describes it, in memory: rows seen from branches, one log of
 * changes, pages and deltas. It is the other side of the tests of the feed client.
 */
export class ModelServer implements FeedSource {
  readonly rows = new Map<string, StoredRow>();
  log: PulledChange[] = [];
  epoch = 'e1';
  floor = 0;
  pageRows = 3;
  pulls = 0;
  notModified = 0;
  reachable = true;
  /** Gets every push; a test decides what becomes of it. */
  push: (update: DataUpdate) => void = () => {};
  #nextId = 1;

  get head(): number {
    return this.log.at(-1)?.seq ?? this.floor;
  }

  insert(branchIds: string[], text = ''): string {
    const id = `id-${String(this.#nextId++).padStart(5, '0')}`;
    this.#write(id, { id, version: 1, updatedAt: '', branchIds, text });
    return id;
  }

  update(id: string, change: Partial<Pick<StoredRow, 'branchIds' | 'text'>>): void {
    const row = this.rows.get(id);
    if (row) this.#write(id, { ...row, ...change, version: row.version + 1 });
  }

  delete(id: string): void {
    this.#write(id, null);
  }

  /** Another history: every cursor is foreign from now on. */
  restoreBackup(): void {
    this.epoch += '.';
    this.setBack();
  }

  /** The same, unnoticed: the server knows less than its readers have seen. */
  setBack(): void {
    for (const [id, row] of this.rows) this.rows.set(id, { ...row, version: 1, text: 'old' });
    this.floor = 0;
    this.log = [];
  }

  prune(): void {
    this.floor = this.head;
    this.log = [];
  }

  first(_name: CollectionName): Promise<CollectionPage> {
    return this.#page(null);
  }

  next(_name: CollectionName, after: string): Promise<CollectionPage> {
    return this.#page(after);
  }

  async #page(after: string | null): Promise<CollectionPage> {
    await this.#answer();
    const ids = [...this.rows.keys()].sort().reverse();
    const rest = after === null ? ids : ids.filter((id) => id < after);
    const shown = rest.slice(0, this.pageRows);
    return {
      data: shown.flatMap((id) => this.rows.get(id) ?? []),
      cursor: `${this.epoch}-${this.head}`,
      nextAfter: rest.length > shown.length ? (shown.at(-1) ?? null) : null,
    };
  }

  async changes(since: string, etag: string | null): Promise<ChangesPage | null> {
    await this.#answer();
    this.pulls += 1;
    const head = `${this.epoch}-${this.head}`;
    if (etag === head) {
      this.notModified += 1;
      return null;
    }
    const { epoch, seq } = parseCursor(since);
    const answer = { etag: head, hasMore: false, mustRefetch: false };
    if (epoch !== this.epoch || seq < this.floor || seq > this.head) {
      return { ...answer, data: [], cursor: head, mustRefetch: true };
    }
    const rest = this.log.filter((change) => change.seq > seq);
    const data = rest.slice(0, 5);
    const hasMore = rest.length > data.length;
    const last = hasMore ? (data.at(-1)?.seq ?? seq) : this.head;
    return { ...answer, data, cursor: `${this.epoch}-${last}`, hasMore };
  }

  async #answer(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (!this.reachable) throw new Error('unreachable');
  }

  #write(id: string, row: StoredRow | null): void {
    const before = new Set(this.rows.get(id)?.branchIds ?? []);
    const now = new Set(row?.branchIds ?? []);
    if (row) this.rows.set(id, row);
    else this.rows.delete(id);
    const drafts: [Operation, string][] = [];
    for (const branch of before)
      if (!now.has(branch)) drafts.push([row ? 'leave' : 'delete', branch]);
    for (const branch of now) drafts.push([before.has(branch) ? 'update' : 'insert', branch]);
    for (const [operation, branchId] of drafts) this.#append(id, operation, branchId, row);
  }

  #append(id: string, operation: Operation, branchId: string, row: StoredRow | null): void {
    const shown = operation === 'leave' || operation === 'delete' ? null : row;
    const sameRoom = this.log.filter((change) => change.branchId === branchId);
    const prevSeq = sameRoom.at(-1)?.seq ?? this.floor;
    const seq = this.head + 1;
    this.log.push({ collection: 'pdfs', operation, id, branchId, row: shown, seq, prevSeq });
    const data = [{ ...(shown ?? { id }), _operation: operation }];
    this.push({ type: 'pdfs', branchId, data, seq, prevSeq });
  }
}

/** A socket that a test connects, disconnects and sends through. */
export class ModelSocket implements FeedSocket {
  readonly follows = false;
  listener: SocketListener | null = null;
  isUp = false;

  constructor(private readonly server: ModelServer) {}

  open(listener: SocketListener): void {
    this.listener = listener;
  }

  close(): void {
    this.listener = null;
  }

  async head(): Promise<string | null> {
    return this.isUp ? `${this.server.epoch}-${this.server.head}` : null;
  }

  share(): void {}

  up(): void {
    this.isUp = true;
    this.listener?.onUp();
  }

  down(): void {
    this.isUp = false;
    this.listener?.onDown();
  }

  deliver(update: DataUpdate): void {
    if (this.isUp) this.listener?.onUpdate(structuredClone(update));
  }
}
