/**
 * How the rows of one collection are divided: a block has the ids from its `first` to that of
 * the next. Rows are kept by the block, because a thousand small records cost the browser many
 * times what a few large ones do.
 */
export class Blocks {
  #firsts: string[] = [''];

  /** Takes over the division that is stored. */
  adopt(firsts: readonly string[]): void {
    this.#firsts = ['', ...firsts.filter((first) => first !== '').sort()];
  }

  /** The blocks that have the ids, each once, the newest first. */
  of(ids: Iterable<string>): string[] {
    const found = new Set<string>();
    for (const id of ids) found.add(this.#firsts[this.#place(id)] ?? '');
    return [...found].sort().reverse();
  }

  /** Where the block ends: the first id that is not in it, null for the newest block. */
  end(first: string): string | null {
    return this.#firsts[this.#place(first) + 1] ?? null;
  }

  split(first: string): void {
    this.#firsts.splice(this.#place(first) + 1, 0, first);
  }

  #place(id: string): number {
    let low = 0;
    let high = this.#firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#firsts[middle] ?? '') <= id) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
