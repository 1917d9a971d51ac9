/**
 * What the browser keeps for this site, and how its tabs reach each other. A person, a company's
 * policy or a private window may forbid each of these, and then even touching it throws. Only this
 * file touches them (a test looks); all others are told "not here", and go on without.
 */

/** A part of the browser, or undefined where it is missing or forbidden. */
function part<T>(touch: () => T | null | undefined): T | undefined {
  try {
    return touch() ?? undefined;
  } catch {
    return undefined;
  }
}

/** Short texts by name. What the browser does not keep is kept for as long as this page lives. */
export class KeptTexts {
  readonly #ofThisPage = new Map<string, string | null>();

  constructor(private readonly storage: () => Storage) {}

  get(name: string): string | null {
    const here = this.#ofThisPage.get(name);
    return here !== undefined ? here : (part(() => this.storage().getItem(name)) ?? null);
  }

  /** Null forgets it. Says whether the next page will know, too. */
  set(name: string, text: string | null): boolean {
    try {
      if (text === null) this.storage().removeItem(name);
      else this.storage().setItem(name, text);
      this.#ofThisPage.delete(name);
      return true;
    } catch {
      this.#ofThisPage.set(name, text);
      return false;
    }
  }
}

/** Of this browser, and of this tab. */
export const browserTexts = new KeptTexts(() => localStorage);
export const tabTexts = new KeptTexts(() => sessionStorage);

const PROBE = 'siberius-probe';

/** Whether a page that is opened later finds what this one leaves: texts and cookies. */
export function keepsSiteData(): boolean {
  const kept = browserTexts.set(PROBE, 'x') && browserTexts.set(PROBE, null);
  return kept && part(() => navigator.cookieEnabled) !== false;
}

export function cacheStorage(): CacheStorage | undefined {
  return part(() => globalThis.caches);
}

export function serviceWorkers(): ServiceWorkerContainer | undefined {
  return part(() => navigator.serviceWorker);
}

export function webLocks(): LockManager | undefined {
  return part(() => navigator.locks);
}

export type Channel = Pick<BroadcastChannel, 'postMessage' | 'onmessage' | 'close'>;

/** A channel to the other tabs; one that nobody hears where there can be none. */
export function openChannel(name: string): Channel {
  return (
    part<Channel>(() => new BroadcastChannel(name)) ?? {
      onmessage: null,
      postMessage: () => {},
      close: () => {},
    }
  );
}

/** Whether the library of the database can be loaded: it opens a channel at once. */
export function mayKeepRows(): boolean {
  return (
    part(() => {
      if (typeof BroadcastChannel !== 'undefined') new BroadcastChannel(PROBE).close();
      return true;
    }) ?? false
  );
}

/** Runs `work` in one tab at a time; where there are no locks (plain HTTP, too), at once. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  let begun = false;
  try {
    const locked = webLocks()?.request(name, () => {
      begun = true;
      return work();
    });
    if (locked) return await locked;
  } catch (error) {
    if (begun) throw error;
  }
  return work();
}
