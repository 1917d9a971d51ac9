/** Whether someone looks at the page, and when that or the network changes. */
export interface Presence {
  visible(): boolean;
  /** Calls `listener` when the page is shown or hidden or the network comes back. */
  watch(listener: () => void): () => void;
}

export const pagePresence: Presence = {
  visible: () => document.visibilityState === 'visible',
  watch(listener) {
    const abort = new AbortController();
    document.addEventListener('visibilitychange', listener, { signal: abort.signal });
    // A frozen page or a sleeping laptop comes back without a change of visibility.
    window.addEventListener('pageshow', listener, { signal: abort.signal });
    window.addEventListener('online', listener, { signal: abort.signal });
    return () => abort.abort();
  },
};
