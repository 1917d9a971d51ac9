import type { ApiClient } from '../api/client';
import type { CollectionName } from '../api/rows';
import type { ChangesPage, CollectionPage } from './messages';

/** The pulling half of the feed. */
export interface FeedSource {
  /** The first page of a collection, newest first. */
  first(name: CollectionName, signal: AbortSignal): Promise<CollectionPage>;
  /** The page behind `after`, not older than the cursor that the first page had. */
  next(
    name: CollectionName,
    after: string,
    cursor: string,
    signal: AbortSignal,
  ): Promise<CollectionPage>;
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

  first(name: CollectionName, signal: AbortSignal): Promise<CollectionPage> {
    const query = { limit: FIRST_PAGE_ROWS };
    return this.api.json(`/api/${name}`, { query, signal: bounded(signal) });
  }

  next(
    name: CollectionName,
    after: string,
    cursor: string,
    signal: AbortSignal,
  ): Promise<CollectionPage> {
    const query = { limit: PAGE_ROWS, after };
    return this.api.json(`/api/${name}`, { query, seen: cursor, signal: bounded(signal) });
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
