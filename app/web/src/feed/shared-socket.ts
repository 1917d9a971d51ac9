import type { DataUpdate, LiveEvent } from './messages';
import type { Presence } from './presence';
import type { FeedSocket, SharedPull, SocketListener } from './socket';
import type { Tabs } from './tabs';

/** What tabs say to each other about the feed. */
export type FeedMessage =
  | { kind: 'leader'; up: boolean; hidden: boolean }
  | { kind: 'update'; update: DataUpdate }
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'pull'; pull: SharedPull }
  | { kind: 'ask' }
  | { kind: 'head'; cursor: string | null };

const HEAD_TIMEOUT_MS = 3_000;

/**
 * The socket of all tabs of one user: the leading tab has the real one and passes on what it
 * hears. Messages between tabs may be lost, doubled or late like those of any socket: each tab
 * judges them by the reader's rule, so whoever takes over the lead has nothing to hand over.
 */
export class SharedSocket implements FeedSocket {
  #listener: SocketListener | null = null;
  #up = false;
  /** A leader has spoken. */
  #heard = false;
  #heads: ((cursor: string | null) => void)[] = [];

  constructor(
    private readonly real: FeedSocket,
    private readonly tabs: Tabs<FeedMessage>,
    private readonly presence: Presence,
  ) {}

  /** Another tab asks the server for all. */
  get follows(): boolean {
    return !this.tabs.leads && this.#heard;
  }

  open(listener: SocketListener): void {
    this.#listener = listener;
    this.tabs.join({
      onLead: () => {
        this.#heard = false;
        this.#set(false);
        this.real.open(this.#passOn(listener));
      },
      onFollow: () => {
        this.real.close();
        this.#set(false);
      },
      onMessage: (message) => void this.#hear(message),
      self: () => ({ kind: 'leader', up: this.#up, hidden: !this.presence.visible() }),
      // Pushes reach a hidden tab at once; its clock, which polling needs, runs slowly.
      shouldYield: (message) => message.kind === 'leader' && message.hidden && !message.up,
    });
  }

  close(): void {
    this.tabs.leave();
    this.real.close();
    this.#listener = null;
  }

  share(pull: SharedPull): void {
    if (this.tabs.leads) this.tabs.tell({ kind: 'pull', pull });
  }

  head(): Promise<string | null> {
    if (this.tabs.leads) return this.real.head();
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), HEAD_TIMEOUT_MS);
      this.#heads.push((cursor) => {
        clearTimeout(timer);
        resolve(cursor);
      });
      this.tabs.tell({ kind: 'ask' });
    });
  }

  /** The real socket's listener while this tab leads. */
  #passOn(listener: SocketListener): SocketListener {
    const set = (up: boolean) => {
      this.#set(up);
      this.tabs.tell({ kind: 'leader', up, hidden: !this.presence.visible() });
    };
    return {
      onUp: () => set(true),
      onDown: () => set(false),
      onUpdate: (update) => {
        this.tabs.tell({ kind: 'update', update });
        listener.onUpdate(update);
      },
      onEvent: (event) => {
        this.tabs.tell({ kind: 'event', event });
        listener.onEvent(event);
      },
      onPull: (pull) => listener.onPull(pull),
    };
  }

  async #hear(message: FeedMessage): Promise<void> {
    const listener = this.#listener;
    if (!listener) return;
    if (this.tabs.leads) {
      if (message.kind === 'ask') this.tabs.tell({ kind: 'head', cursor: await this.real.head() });
      return;
    }
    if (message.kind === 'leader') {
      this.#heard = true;
      this.#set(message.up);
    } else if (message.kind === 'update') listener.onUpdate(message.update);
    else if (message.kind === 'event') listener.onEvent(message.event);
    else if (message.kind === 'pull') listener.onPull(message.pull);
    else if (message.kind === 'head') {
      for (const answer of this.#heads.splice(0)) answer(message.cursor);
    }
  }

  #set(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    if (up) this.#listener?.onUp();
    else this.#listener?.onDown();
  }
}
