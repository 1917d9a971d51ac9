import type { ApiClient } from '../api/client';
import type { CollectionName } from '../api/rows';
import type { ChangesPage, CollectionPage } from './messages';

/** The pulling half of the feed. */
export interface FeedSource {
  /** A page of a collection, newest first. */
  page(name: CollectionName, after: string | null, signal: AbortSignal): Promise<CollectionPage>;
  /** What happened since the cursor; null where nothing did (304). */
  changes(since: string, etag: string | null, signal: AbortSignal): Promise<ChangesPage | null>;
}

const PAGE_ROWS = 1000;
/** The first page is what the eye waits for, so it is a small one. */
const FIRST_PAGE_ROWS = 100;
const ANSWER_TIMEOUT_MS = 20_000;

export class HttpFeedSource implements FeedSource {
  constructor(
    private readonly api: ApiClient,
    private readonly collections: readonly CollectionName[],
  ) {}

  page(name: CollectionName, after: string | null, signal: AbortSignal): Promise<CollectionPage> {
    const limit = after ? PAGE_ROWS : FIRST_PAGE_ROWS;
    return this.api.json(`/api/${name}`, { query: { limit, after }, signal: bounded(signal) });
  }

  async changes(
    since: string,
    etag: string | null,
    signal: AbortSignal,
  ): Promise<ChangesPage | null> {
    const query = { since, collections: this.collections.join(',') };
    const response = await this.api.call('/api/changes', { query, etag, signal: bounded(signal) });
    return response.status === 304 ? null : response.json();
  }
}

/** A broken line says nothing: a request would wait for an answer until the system gives up. */
function bounded(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
}
