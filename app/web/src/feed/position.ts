import type { CollectionName } from '../api/rows';

export type Verdict = 'next' | 'old' | 'gap';

interface Step {
  seq: number;
  prevSeq: number;
}

/** A cursor is `epoch-seq`. */
export function parseCursor(cursor: string): { epoch: string; seq: number } {
  const dash = cursor.lastIndexOf('-');
  return { epoch: cursor.slice(0, dash), seq: Number(cursor.slice(dash + 1)) };
}

/**
 * The reader's rule: where this client stands in each room of the feed, and whether a message
 * continues it. A room is one collection as seen from one branch.
 */
export class Position {
  #base = 0;
  readonly #rooms = new Map<string, number>();

  /**
   * A pull ended at `seq`: that is where every room stands. A room that was further ahead hears
   * the rest again, because the pull may have undone it (a row that was deleted after `seq`).
   */
  pulledUpTo(seq: number): void {
    this.#rooms.clear();
    this.#base = seq;
  }

  /** The newest change that is known in any room. */
  get highest(): number {
    return Math.max(this.#base, ...this.#rooms.values());
  }

  judge(collection: CollectionName, branchId: string | null, step: Step): Verdict {
    const reached = this.#reached(collection, branchId);
    if (step.seq <= reached) return 'old';
    return step.prevSeq <= reached ? 'next' : 'gap';
  }

  advance(collection: CollectionName, branchId: string | null, seq: number): void {
    this.#rooms.set(room(collection, branchId), seq);
  }

  #reached(collection: CollectionName, branchId: string | null): number {
    return Math.max(this.#base, this.#rooms.get(room(collection, branchId)) ?? 0);
  }
}

function room(collection: CollectionName, branchId: string | null): string {
  return `${collection}/${branchId ?? ''}`;
}
