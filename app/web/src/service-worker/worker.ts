/// <reference lib="webworker" />
import { answerOf, outdated } from './shell';

declare const self: ServiceWorkerGlobalScope;
/** Put in by scripts/service-worker.mjs: the built files, and a hash of all of them. */
declare const __SHELL__: { files: readonly string[]; build: string };

const PREFIX = 'siberius-shell-';
const CACHE = PREFIX + __SHELL__.build;
const files: ReadonlySet<string> = new Set(__SHELL__.files);

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers());
});

self.addEventListener('fetch', (event) => {
  const path = answerOf(event.request, self.location.origin, files);
  if (path !== null) event.respondWith(kept(path, event.request));
});

// The page asks for it when the user wants the new version.
self.addEventListener('message', ({ data }) => {
  if (data === 'take over') void self.skipWaiting();
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Files that are named by their content may come from the browser's cache, the others not.
  const requests = __SHELL__.files.map(
    (path) => new Request(path, { cache: path.startsWith('/assets/') ? 'default' : 'reload' }),
  );
  await cache.addAll(requests);
}

async function dropOthers(): Promise<void> {
  const names = outdated(await caches.keys(), PREFIX, CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(path: string, request: Request): Promise<Response> {
  const found = await (await caches.open(CACHE)).match(path);
  // The browser may have dropped what was kept.
  return found ?? fetch(request);
}
