import { cacheStorage } from '../browser/site-data';

const PREFIX = 'siberius-documents-';
const BYTES = 'X-Kept-Bytes';
const LIMIT_BYTES = 100 * 1024 * 1024;

/** What is worth keeping: a document's details, its picture and its file. */
const OF_A_DOCUMENT = /^\/api\/pdfs\/[0-9a-f-]{36}(?:\/(?:download|preview)\b.*)?$/;

/**
 * The documents one user has opened in this browser, for when the server cannot be reached.
 * The oldest go when they take too much room. The cache is the user's own; whoever signs in
 * as another has another, and a logout deletes them.
 */
export class KeptAnswers {
  readonly #name: string;
  #work: Promise<unknown> = Promise.resolve();

  constructor(
    owner: string,
    private readonly limitBytes = LIMIT_BYTES,
    // There are no caches on a plain-HTTP page of the LAN.
    private readonly storage: CacheStorage | undefined = cacheStorage(),
  ) {
    this.#name = PREFIX + owner;
  }

  static async wipe(storage: CacheStorage | undefined = cacheStorage()): Promise<void> {
    try {
      const names = (await storage?.keys()) ?? [];
      const ours = names.filter((name) => name.startsWith(PREFIX));
      await Promise.all(ours.map((name) => storage?.delete(name)));
    } catch {
      // What could not be opened was not kept.
    }
  }

  /** Keeps a copy in the background where the address is that of a document. */
  keep(url: string, response: Response): void {
    if (!this.storage || response.status !== 200 || !OF_A_DOCUMENT.test(url)) return;
    const copy = response.clone();
    this.#work = this.#work.then(() => this.#put(url, copy)).catch(() => {});
  }

  async find(url: string): Promise<Response | undefined> {
    try {
      if (!this.storage || !OF_A_DOCUMENT.test(url)) return undefined;
      return await (await this.storage.open(this.#name)).match(url);
    } catch {
      return undefined;
    }
  }

  /** Until everything that was given is kept. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #put(url: string, response: Response): Promise<void> {
    const body = await response.blob();
    if (!this.storage || body.size > this.limitBytes) return;
    const cache = await this.storage.open(this.#name);
    const headers = new Headers(response.headers);
    headers.set(BYTES, String(body.size));
    // The newest is at the end, also where it was there before.
    await cache.delete(url);
    await this.#makeRoom(cache, body.size);
    await cache.put(url, new Response(body, { headers }));
  }

  async #makeRoom(cache: Cache, bytes: number): Promise<void> {
    const kept = await cache.keys();
    const sizes = await Promise.all(
      kept.map(async (request) => Number((await cache.match(request))?.headers.get(BYTES) ?? 0)),
    );
    let total = bytes + sizes.reduce((sum, size) => sum + size, 0);
    for (const [index, request] of kept.entries()) {
      if (total <= this.limitBytes) return;
      await cache.delete(request);
      total -= sizes[index] ?? 0;
    }
  }
}
