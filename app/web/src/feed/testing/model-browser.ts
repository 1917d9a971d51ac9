import type { TabPlatform } from '../tabs';

interface Holding {
  tab: ModelTab;
  end: () => void;
  lose: (error: Error) => void;
}

/** Locks and channels of one browser, in memory; each tab of a test has its own `ModelTab`. */
export class ModelBrowser {
  readonly tabs: ModelTab[] = [];
  #held: Holding | null = null;
  readonly #waiting: { tab: ModelTab; grant: () => void }[] = [];

  /** What becomes of a message between tabs: how often it is delivered. */
  copies: () => number = () => 1;

  open(): ModelTab {
    const tab = new ModelTab(this);
    this.tabs.push(tab);
    return tab;
  }

  request(tab: ModelTab, options: LockOptions, work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const grant = () => {
        const holding: Holding = { tab, end: () => {}, lose: reject };
        this.#held = holding;
        holding.end = () => {
          resolve(undefined);
          if (this.#held === holding) this.#grantNext();
        };
        void Promise.resolve(work()).then(holding.end);
      };
      if (options.steal) {
        this.#held?.lose(new DOMException('stolen', 'AbortError'));
        grant();
      } else if (this.#held === null) {
        grant();
      } else {
        const entry = { tab, grant };
        this.#waiting.push(entry);
        options.signal?.addEventListener('abort', () => {
          const place = this.#waiting.indexOf(entry);
          if (place < 0) return;
          this.#waiting.splice(place, 1);
          reject(new DOMException('aborted', 'AbortError'));
        });
      }
    });
  }

  /** The tab's process is gone: its lock is freed, nothing of it runs. */
  crash(tab: ModelTab): void {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    tab.frozen = true;
    for (let i = this.#waiting.length - 1; i >= 0; i -= 1) {
      if (this.#waiting[i]?.tab === tab) this.#waiting.splice(i, 1);
    }
    if (this.#held?.tab === tab) this.#grantNext();
  }

  #grantNext(): void {
    this.#held = null;
    this.#waiting.shift()?.grant();
  }
}

export class ModelTab implements TabPlatform {
  readonly locks: TabPlatform['locks'];
  #frozen = false;
  #receive: ((data: unknown) => void) | null = null;
  readonly #missed: unknown[] = [];

  constructor(private readonly browser: ModelBrowser) {
    this.locks = {
      request: (_name: string, options: LockOptions, work: () => unknown) =>
        browser.request(this, options, work),
    } as TabPlatform['locks'];
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** A frozen tab hears what it missed when it runs again. */
  set frozen(frozen: boolean) {
    this.#frozen = frozen;
    if (!frozen) for (const data of this.#missed.splice(0)) this.#receive?.(data);
  }

  channel(): ReturnType<TabPlatform['channel']> {
    const made: ReturnType<TabPlatform['channel']> = {
      onmessage: null,
      postMessage: (data) => {
        if (this.#frozen) return;
        for (const other of this.browser.tabs) if (other !== this) other.#deliver(data);
      },
      close: () => {
        this.#receive = null;
      },
    };
    this.#receive = (data) =>
      made.onmessage?.call({} as BroadcastChannel, new MessageEvent('message', { data }));
    return made;
  }

  #deliver(data: unknown): void {
    if (this.#frozen) {
      this.#missed.push(structuredClone(data));
      return;
    }
    for (let copy = this.browser.copies(); copy > 0; copy -= 1) {
      const message = structuredClone(data);
      setTimeout(() => (this.#frozen ? this.#missed.push(message) : this.#receive?.(message)), 1);
    }
  }
}
