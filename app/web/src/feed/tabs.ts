import { type Channel, openChannel, webLocks } from '../browser/site-data';
import type { Presence } from './presence';

/** What tabs of one user tell each other; `structuredClone` must be able to copy it. */
export interface TabEvents<Message> {
  /** This tab leads from now on: it keeps the connection for all. */
  onLead(): void;
  /** Another tab leads; `told` is what it says of itself. */
  onFollow(): void;
  onMessage(message: Message): void;
  /** What a leader says of itself to a tab that asks. */
  self(): Message;
  /** Whether a leader that said this of itself should be replaced by a visible tab. */
  shouldYield(message: Message): boolean;
}

/** The part of the browser that is used; tests bring their own. */
export interface TabPlatform {
  locks: Pick<LockManager, 'request'> | undefined;
  channel(name: string): Channel;
}

type Envelope<Message> = { kind: 'who' } | { kind: 'self' | 'told'; message: Message };

/** A leader that does not answer within this is frozen or hangs. */
const ANSWER_MS = 2_000;
const ASK_EVERY_MS = 10_000;

const browser: TabPlatform = {
  locks: webLocks(),
  channel: openChannel,
};

/**
 * One of the tabs leads: the one that holds the lock, which the browser frees however the tab
 * ends. A tab that is alive but does not run, as a frozen one, keeps its lock; so the others ask
 * it now and then and take the lock where no answer comes. For a moment two tabs may lead.
 * Where there are no locks (a page over plain HTTP, or no data of the site) every tab leads itself.
 */
export class Tabs<Message> {
  #events: TabEvents<Message> | null = null;
  #channel: ReturnType<TabPlatform['channel']> | null = null;
  #leads = false;
  /** Ends our holding of the lock, or our waiting for it. */
  #release: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #answered = false;
  #unwatch: () => void = () => {};

  constructor(
    private readonly name: string,
    private readonly presence: Presence,
    private readonly platform: TabPlatform = browser,
  ) {}

  get leads(): boolean {
    return this.#leads;
  }

  join(events: TabEvents<Message>): void {
    this.#events = events;
    if (!this.platform.locks) {
      this.#lead();
      return;
    }
    this.#channel = this.platform.channel(this.name);
    this.#channel.onmessage = ({ data }: MessageEvent<Envelope<Message>>) => this.#hear(data);
    this.#unwatch = this.presence.watch(() => this.#ask());
    this.#request({});
    this.#ask();
  }

  leave(): void {
    this.#events = null;
    this.#leads = false;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#release();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Tells the other tabs. */
  tell(message: Message): void {
    this.#channel?.postMessage({ kind: 'told', message } satisfies Envelope<Message>);
  }

  #request(how: { steal?: true }): void {
    this.#release();
    let mine = true;
    const abort = new AbortController();
    const held = new Promise<void>((resolve) => {
      this.#release = () => {
        mine = false;
        abort.abort();
        resolve();
      };
    });
    // A steal waits for nobody, and the browser takes no signal with it.
    const options: LockOptions = how.steal ? { steal: true } : { signal: abort.signal };
    this.platform.locks
      ?.request(this.name, options, () => {
        if (!mine) return;
        this.#lead();
        return held;
      })
      .catch((error: unknown) => {
        if (!mine || !this.#events) return;
        // A browser that keeps no data of the site has locks and refuses them.
        if (!isAbort(error)) {
          this.#lead();
          return;
        }
        // Another tab took it from us.
        this.#leads = false;
        this.#events.onFollow();
        this.#request({});
        this.#ask();
      });
  }

  #lead(): void {
    if (!this.#events) return;
    clearTimeout(this.#timer);
    this.#leads = true;
    this.#events.onLead();
    this.#say();
  }

  /** Tells what a leader says of itself, now that it changed. */
  #say(): void {
    const message = this.#events?.self();
    if (message) this.#channel?.postMessage({ kind: 'self', message } satisfies Envelope<Message>);
  }

  #hear(envelope: Envelope<Message>): void {
    const events = this.#events;
    if (!events) return;
    if (envelope.kind === 'who') {
      if (this.#leads) this.#say();
      return;
    }
    if (envelope.kind === 'self') {
      this.#answered = true;
      if (this.#leads) return;
      if (this.presence.visible() && events.shouldYield(envelope.message)) {
        this.#request({ steal: true });
        return;
      }
    }
    events.onMessage(envelope.message);
  }

  #ask(): void {
    if (this.#leads || !this.#channel) return;
    clearTimeout(this.#timer);
    this.#answered = false;
    this.#channel.postMessage({ kind: 'who' } satisfies Envelope<Message>);
    this.#timer = setTimeout(() => {
      if (this.#leads) return;
      // A hidden tab's clock is not to be trusted, and nobody looks at it.
      if (!this.#answered && this.presence.visible()) this.#request({ steal: true });
      this.#timer = setTimeout(() => this.#ask(), ASK_EVERY_MS);
    }, ANSWER_MS);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
