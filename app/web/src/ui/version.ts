/** The installed dashboard: its service worker, and how a newer one takes its place. */

import { serviceWorkers, tabTexts } from '../browser/site-data';

declare const __VERSION__: string;

/** Of the release that this page belongs to. */
export const VERSION: string = __VERSION__;

const CHECK_EVERY_MS = 30 * 60_000;
const TAKE_OVER_MS = 5_000;
const LOST_KEY = 'siberius-lost-file';
const LOST_AGAIN_MS = 60_000;

/** Keeps the page's files for the next start. There are no workers on a plain-HTTP page. */
export function installPage(): void {
  // A browser that refuses goes on without.
  if (import.meta.env.PROD)
    void serviceWorkers()
      ?.register('/sw.js')
      .catch(() => undefined);
  addEventListener('vite:preloadError', onLostFile);
}

/** Calls `offer` once when the server has another version than this page. */
export function watchVersion(offer: () => void): () => void {
  const abort = new AbortController();
  const check = async () => {
    if (document.visibilityState !== 'visible' || (await isCurrent())) return;
    abort.abort();
    offer();
  };
  const timer = setInterval(() => void check(), CHECK_EVERY_MS);
  abort.signal.addEventListener('abort', () => clearInterval(timer));
  document.addEventListener('visibilitychange', () => void check(), { signal: abort.signal });
  void check();
  return () => abort.abort();
}

export async function takeNewVersion(): Promise<void> {
  const registration = await serviceWorkers()
    ?.getRegistration()
    .catch(() => undefined);
  await registration?.update().catch(() => undefined);
  const next = registration?.installing ?? registration?.waiting;
  if (next) await takenOver(next);
  location.reload();
}

/** Whether the page that the server has now starts with the same script as this one. */
async function isCurrent(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  try {
    const page = await fetch('/index.html', { cache: 'no-cache' });
    return !script || !page.ok || (await page.text()).includes(new URL(script.src).pathname);
  } catch {
    return true;
  }
}

function takenOver(next: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, TAKE_OVER_MS);
    serviceWorkers()?.addEventListener('controllerchange', () => resolve(), { once: true });
    const ask = () => {
      if (next.state === 'installed') next.postMessage('take over');
    };
    next.addEventListener('statechange', ask);
    ask();
  });
}

/**
 * A screen's file is gone because a newer version was installed: the page of now has others. Where
 * that did not help, or without a network, the screen says that it failed.
 */
function onLostFile(): void {
  const last = Number(tabTexts.get(LOST_KEY) ?? 0);
  if (!navigator.onLine || Date.now() - last < LOST_AGAIN_MS) return;
  // A page that could not know that it was taken anew would be taken anew for ever.
  if (tabTexts.set(LOST_KEY, String(Date.now()))) void takeNewVersion();
}
