import type { ApiClient } from '../../api/client';
import type { BulkAnswer } from '../../api/rows';

/** The server takes so many documents in one call. */
export const AT_ONCE = 200;

/** What came of a common action: how many it was done for, and the problems of the others. */
export interface Outcome {
  done: number;
  problems: readonly { id: string; code: string }[];
}

/** Actions on many documents; what comes of them arrives through the feed. */
export class BulkActions {
  constructor(private readonly api: ApiClient) {}

  request(ids: readonly string[]): Promise<Outcome> {
    return this.#inParts(ids, (part) => this.#post('request', { ids: part }));
  }

  pin(ids: readonly string[], pinned: boolean): Promise<Outcome> {
    return this.#inParts(ids, (part) => this.#post('pin', { ids: part, pinned }));
  }

  reread(ids: readonly string[]): Promise<Outcome> {
    return this.#inParts(ids, (part) => this.#post('reread', { ids: part }));
  }

  /** Those at hand as one ZIP file; at most `AT_ONCE` of them. */
  async archive(ids: readonly string[]): Promise<Blob> {
    const answer = await this.api.call('/api/pdfs/archive', { method: 'POST', body: { ids } });
    return answer.blob();
  }

  #post(action: string, body: object): Promise<BulkAnswer> {
    return this.api.json(`/api/pdfs/${action}`, { method: 'POST', body });
  }

  async #inParts(
    ids: readonly string[],
    send: (part: readonly string[]) => Promise<BulkAnswer>,
  ): Promise<Outcome> {
    const problems: { id: string; code: string }[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const { data } = await send(ids.slice(from, from + AT_ONCE));
      for (const { id, problem } of data) if (problem) problems.push({ id, code: problem.code });
    }
    return { done: ids.length - problems.length, problems };
  }
}
