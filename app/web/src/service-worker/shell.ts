/** What the service worker decides; it keeps the dashboard's own files and touches nothing else. */

/** The paths that are not the dashboard's, as `app/web/static.py` has them. */
const NOT_OURS = /^\/(?:api|socket\.io|health|metrics|docs|redoc|openapi\.json)(?:\/|$)/;

export interface Asked {
  method: string;
  mode: string;
  url: string;
}

/** The kept file that answers the request, or null where the network does. */
export function answerOf(asked: Asked, origin: string, files: ReadonlySet<string>): string | null {
  const url = new URL(asked.url);
  if (asked.method !== 'GET' || url.origin !== origin || NOT_OURS.test(url.pathname)) return null;
  if (asked.mode === 'navigate') {
    // Deep links are all the same page; an address of a file is that file.
    return files.has(url.pathname) ? url.pathname : '/index.html';
  }
  // The page itself, when it is fetched and not visited, is asked for what the server has now.
  return url.pathname !== '/index.html' && files.has(url.pathname) ? url.pathname : null;
}

/** The caches of other versions. */
export function outdated(names: readonly string[], prefix: string, current: string): string[] {
  return names.filter((name) => name.startsWith(prefix) && name !== current);
}
