import { computed, signal } from '@preact/signals';
import type { Pdf } from '../api/rows';
import type { Collection } from './collection';
import { Selection } from './selection';

/** What the files of one kind have in common: the stable code, or the result where there is none. */
export function reasonOf(pdf: Pdf): string {
  return pdf.reasonCode ?? pdf.result;
}

/** The files that could not be read and still lie in a branch. */
export class QuarantineStore {
  readonly reason = signal('');
  readonly branchId = signal('');

  constructor(readonly pdfs: Collection<Pdf>) {}

  readonly #all = computed<readonly Pdf[]>(() => {
    this.pdfs.revision.value;
    const all: Pdf[] = [];
    for (const pdf of this.pdfs.rows()) {
      if (pdf.result !== 'ok' && pdf.agentIds.length > 0) all.push(pdf);
    }
    return all;
  });

  readonly #inBranch = computed(() => {
    const branchId = this.branchId.value;
    return branchId
      ? this.#all.value.filter((pdf) => pdf.branchIds.includes(branchId))
      : this.#all.value;
  });

  readonly count = computed(() => this.#all.value.length);

  /** How many there are of each reason in the branch, the most frequent first. */
  readonly reasons = computed<readonly (readonly [reason: string, count: number])[]>(() => {
    const counts = new Map<string, number>();
    for (const pdf of this.#inBranch.value) {
      counts.set(reasonOf(pdf), (counts.get(reasonOf(pdf)) ?? 0) + 1);
    }
    return [...counts].sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1));
  });

  /** Those that match, newest first. */
  readonly found = computed<readonly string[]>(() => {
    const reason = this.reason.value;
    const found = this.#inBranch.value.filter((pdf) => !reason || reasonOf(pdf) === reason);
    return found.map((pdf) => pdf.id);
  });

  readonly selection = new Selection(this.found);
}
