/** Whether someone looks at the page, and when that or the network changes. */
export interface Presence {
  visible(): boolean;
  /** Calls `listener` when the page is shown or hidden or the network comes back. */
  watch(listener: () => void): () => void;
}

const TICK_MS = 2_000;
/** A clock that jumped by more than a busy page explains: the computer slept. */
const SLEPT_MS = 10_000;

export const pagePresence: Presence = {
  visible: () => document.visibilityState === 'visible',
  watch(listener) {
    const abort = new AbortController();
    document.addEventListener('visibilitychange', listener, { signal: abort.signal });
    // A frozen page comes back without a change of visibility.
    window.addEventListener('pageshow', listener, { signal: abort.signal });
    window.addEventListener('online', listener, { signal: abort.signal });
    let last = Date.now();
    const ticking = setInterval(() => {
      const now = Date.now();
      // Timers of a hidden page are slow without any sleep, and being shown is told anyway.
      if (now - last > SLEPT_MS && pagePresence.visible()) listener();
      last = now;
    }, TICK_MS);
    abort.signal.addEventListener('abort', () => clearInterval(ticking));
    return () => abort.abort();
  },
};
