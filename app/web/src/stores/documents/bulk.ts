import type { ApiClient } from '../../api/client';
import type { BulkAnswer } from '../../api/rows';

/** The server takes so many documents in one call. */
export const AT_ONCE = 200;

/** For how many documents it was done, and the codes of what was wrong with the others. */
export interface Outcome {
  done: number;
  problems: readonly string[];
}

/** Actions on many documents; what comes of them arrives through the feed. */
export class BulkActions {
  constructor(private readonly api: ApiClient) {}

  async request(ids: readonly string[]): Promise<Outcome> {
    const problems: string[] = [];
    for (const part of inParts(ids)) {
      const answer = await this.#post('request', { ids: part });
      const { data }: BulkAnswer = await answer.json();
      for (const { problem } of data) if (problem) problems.push(String(problem.code));
    }
    return { done: ids.length - problems.length, problems };
  }

  async pin(ids: readonly string[], pinned: boolean): Promise<void> {
    for (const part of inParts(ids)) await this.#post('pin', { ids: part, pinned });
  }

  async reread(ids: readonly string[]): Promise<void> {
    for (const part of inParts(ids)) await this.#post('reread', { ids: part });
  }

  /** Those at hand as one ZIP file; at most `AT_ONCE` of them. */
  async archive(ids: readonly string[]): Promise<Blob> {
    return (await this.#post('archive', { ids })).blob();
  }

  #post(action: string, body: object): Promise<Response> {
    return this.api.call(`/api/pdfs/${action}`, { method: 'POST', body });
  }
}

function inParts(ids: readonly string[]): (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE)
    parts.push(ids.slice(from, from + AT_ONCE));
  return parts;
}
