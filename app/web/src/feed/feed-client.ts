import { type ReadonlySignal, signal } from '@preact/signals';
import type { CollectionName, Row } from '../api/rows';
import {
  type Change,
  type ChangesPage,
  type CollectionPage,
  changesOf,
  type DataUpdate,
  type LiveEvent,
  type PulledChange,
} from './messages';
import { type Link, Pace } from './pace';
import { Position, parseCursor } from './position';
import type { Presence } from './presence';
import type { FeedSocket, SharedPull } from './socket';
import type { FeedSource } from './source';

/** Where the rows of one collection go. */
export interface FeedSink {
  /**
   * A full read starts. The rows it does not bring are dropped at its end; where it is of a
   * `foreign` history, versions from before say nothing.
   */
  begin(foreign?: boolean): void;
  load(rows: readonly Row[]): void;
  complete(): void;
  apply(changes: readonly Change[]): void;
}

export interface FeedParts {
  source: FeedSource;
  socket: FeedSocket;
  presence: Presence;
  sinks: Record<CollectionName, FeedSink>;
  onEvent(event: LiveEvent): void;
}

/** A server that answers with less than was announced is asked again so soon. */
const BEHIND_MS = 500;

export type Connection = 'connecting' | Link;

/**
 * Keeps the sinks equal to what the server has: full pages at first, then changes that are pushed
 * where they continue what is here and pulled from the cursor otherwise. The socket is a
 * quicker way to hear of changes; everything also works without it.
 */
export class FeedClient {
  readonly #connection = signal<Connection>('connecting');
  readonly #position = new Position();
  readonly #pace = new Pace();
  #cursor: string | null = null;
  #etag: string | null = null;
  #socketUp = false;
  #reachable = true;
  /** A pull is under way: pushed updates wait for it, so that the two cannot overtake. */
  #pulling = false;
  #pullAgain = false;
  #held: DataUpdate[] = [];
  /** The newest change that was announced; a pull from a lagging server may not have it yet. */
  #announced = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lifetime = new AbortController();
  #reading = new AbortController();

  constructor(private readonly parts: FeedParts) {}

  get connection(): ReadonlySignal<Connection> {
    return this.#connection;
  }

  /** Everything up to here is in the sinks, once they are complete. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Starts from what the sinks have up to `cursor`; null where they are empty. */
  start(cursor: string | null = null): void {
    if (cursor !== null) {
      this.#cursor = cursor;
      this.#position.pulledUpTo(parseCursor(cursor).seq);
    }
    const unwatch = this.parts.presence.watch(() => this.#onPresence());
    this.#lifetime.signal.addEventListener('abort', unwatch);
    this.parts.socket.open({
      onUp: () => {
        this.#socketUp = true;
        // What happened between the last pull and the subscription was not pushed.
        this.#pullSoon();
      },
      onDown: () => {
        if (!this.#socketUp) return;
        this.#socketUp = false;
        this.#pace.reset();
        this.#pullSoon();
      },
      onUpdate: (update) => this.#receive(update),
      onEvent: this.parts.onEvent,
      onPull: (pull) => this.#overhear(pull),
    });
    this.#pullSoon();
  }

  stop(): void {
    this.#lifetime.abort();
    this.#reading.abort();
    clearTimeout(this.#timer);
    this.parts.socket.close();
  }

  #onPresence(): void {
    if (this.parts.presence.visible()) {
      this.#pace.reset();
      this.#pullSoon();
    } else {
      this.#schedule();
    }
  }

  #receive(update: DataUpdate): void {
    if (this.#pulling || this.#cursor === null) {
      this.#held.push(update);
      return;
    }
    const verdict = this.#position.judge(update.type, update.branchId, update);
    if (verdict === 'next') {
      this.parts.sinks[update.type]?.apply(changesOf(update));
      this.#position.advance(update.type, update.branchId, update.seq);
    } else if (verdict === 'gap') {
      this.#announced = Math.max(this.#announced, update.seq);
      this.#pullSoon();
    }
  }

  /** Takes what another tab pulled, as if it had been pulled here. */
  #overhear(pull: SharedPull): void {
    if (this.#pulling || this.#cursor === null) return;
    this.#reachable = pull !== 'unreachable';
    if (pull !== 'unreachable' && pull.page !== null) {
      const { since, page } = pull;
      if (since === this.#cursor && !page.mustRefetch) {
        this.#announced = Math.max(this.#announced, this.#position.highest);
        this.#take(page);
      } else if (page.cursor !== this.#cursor) {
        this.#pullSoon();
        return;
      }
    }
    this.#connection.value = this.#link();
    this.#schedule();
  }

  /** Pulls now, or right after the pull that is under way. */
  #pullSoon(): void {
    if (this.#pulling) {
      this.#pullAgain = true;
      return;
    }
    void this.#pull();
  }

  async #pull(): Promise<void> {
    this.#pulling = true;
    this.#pullAgain = false;
    clearTimeout(this.#timer);
    try {
      const changed =
        this.#cursor === null ? await this.#read() : await this.#catchUp(this.#cursor);
      this.#reachable = true;
      this.#pace.answered(changed);
    } catch {
      if (this.#lifetime.signal.aborted) return;
      this.#reachable = false;
      this.#pace.failed();
      this.parts.socket.share('unreachable');
    } finally {
      this.#pulling = false;
    }
    if (this.#lifetime.signal.aborted) return;
    const held = this.#held;
    this.#held = [];
    for (const update of held) this.#receive(update);
    this.#connection.value = this.#link();
    if (this.#pulling) return;
    if (this.#pullAgain && this.#reachable) void this.#pull();
    else this.#schedule();
  }

  /** Applies what happened since the cursor; true where something did. */
  async #catchUp(cursor: string): Promise<boolean> {
    let since = cursor;
    let changed = false;
    this.#announced = Math.max(this.#announced, this.#position.highest);
    for (;;) {
      const page = await this.parts.source.changes(since, this.#etag, this.#lifetime.signal);
      this.parts.socket.share({ since, page });
      if (page === null) return changed;
      if (page.mustRefetch) return this.#read();
      this.#take(page);
      since = page.cursor;
      changed ||= page.data.length > 0;
      if (!page.hasMore) return changed;
    }
  }

  #take(page: ChangesPage): void {
    this.#applyPulled(page.data);
    this.#cursor = page.cursor;
    this.#etag = page.hasMore ? null : page.etag;
    this.#position.pulledUpTo(parseCursor(page.cursor).seq);
  }

  #applyPulled(changes: PulledChange[]): void {
    const bySink = new Map<CollectionName, Change[]>();
    for (const change of changes) {
      const group = bySink.get(change.collection);
      if (group) group.push(change);
      else bySink.set(change.collection, [change]);
    }
    for (const [collection, group] of bySink) this.parts.sinks[collection]?.apply(group);
  }

  /**
   * Reads every collection anew. It returns when the first pages are here; the rest follows in
   * the background while changes are applied already.
   */
  async #read(): Promise<true> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal: stopped } = this.#reading;
    const names = Object.keys(this.parts.sinks) as CollectionName[];
    const firstPages = await Promise.all(
      names.map(async (name) => {
        const sink = this.parts.sinks[name];
        const page = await this.parts.source.first(name, stopped);
        sink.begin(this.#isForeign(page.cursor));
        sink.load(page.data);
        return { name, page };
      }),
    );
    const cursors = firstPages.map(({ page }) => parseCursor(page.cursor));
    if (new Set(cursors.map(({ epoch }) => epoch)).size > 1) {
      throw new Error('the history was replaced while it was read');
    }
    // Everything after the oldest of the cursors is told again, rather than missed.
    const seq = Math.min(...cursors.map((cursor) => cursor.seq));
    this.#cursor = `${cursors[0]?.epoch}-${seq}`;
    this.#etag = null;
    this.#announced = 0;
    this.#position.pulledUpTo(seq);
    // What was pushed until now may be of another history, which a push does not say.
    this.#pullAgain ||= this.#held.length > 0;
    this.#held = [];
    for (const { name, page } of firstPages) void this.#readOn(name, page, stopped);
    return true;
  }

  /** Whether what is here is of another history: its epoch is, or it goes on beyond the server. */
  #isForeign(cursor: string): boolean {
    if (this.#cursor === null) return false;
    const [here, there] = [parseCursor(this.#cursor), parseCursor(cursor)];
    return here.epoch !== there.epoch || there.seq < here.seq;
  }

  async #readOn(name: CollectionName, first: CollectionPage, stopped: AbortSignal): Promise<void> {
    let after = first.nextAfter;
    while (after !== null) {
      try {
        const page = await this.parts.source.next(name, after, first.cursor, stopped);
        if (stopped.aborted) return;
        this.parts.sinks[name].load(page.data);
        after = page.nextAfter;
      } catch {
        if (stopped.aborted) return;
        await sleep(this.#pace.delay('offline', true), stopped);
      }
      if (stopped.aborted) return;
    }
    this.parts.sinks[name].complete();
  }

  #link(): Link {
    if (!this.#reachable) return 'offline';
    return this.#socketUp ? 'live' : 'polling';
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const link = this.#link();
    const behind = link === 'live' && this.#isBehind();
    this.#timer = setTimeout(
      () => (link === 'live' && !behind ? void this.#checkHead() : this.#pullSoon()),
      behind ? BEHIND_MS : this.#delay(link),
    );
  }

  #delay(link: Link): number {
    if (link !== 'live' && this.parts.socket.follows) return Pace.FOLLOWING_MS;
    return this.#pace.delay(link, this.parts.presence.visible());
  }

  #isBehind(): boolean {
    return this.#cursor !== null && parseCursor(this.#cursor).seq < this.#announced;
  }

  /** A lost last message leaves no gap to notice, so the head is compared now and then. */
  async #checkHead(): Promise<void> {
    const head = await this.parts.socket.head();
    if (this.#lifetime.signal.aborted || this.#pulling) return;
    if (head === this.#cursor) this.#schedule();
    else this.#pullSoon();
  }
}

function sleep(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
