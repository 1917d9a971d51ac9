import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** The documents chosen for a common action; only those that the list shows count. */
export class Selection {
  readonly #chosen = signal<ReadonlySet<string>>(new Set());
  /** Where a range starts: the row that was chosen last without Shift. */
  #anchor: string | null = null;

  constructor(private readonly shown: ReadonlySignal<readonly string[]>) {}

  /** The chosen ids in the order of the list. */
  readonly ids = computed<readonly string[]>(() => {
    const chosen = this.#chosen.value;
    return chosen.size === 0 ? [] : this.shown.value.filter((id) => chosen.has(id));
  });

  has(id: string): boolean {
    return this.#chosen.value.has(id);
  }

  toggle(id: string): void {
    const chosen = new Set(this.#chosen.peek());
    if (!chosen.delete(id)) chosen.add(id);
    this.#anchor = id;
    this.#chosen.value = chosen;
  }

  /** Chooses all from the anchor to this one, and nothing else. */
  extendTo(id: string): void {
    const shown = this.shown.peek();
    const to = shown.indexOf(id);
    const anchor = this.#anchor === null ? -1 : shown.indexOf(this.#anchor);
    if (to < 0) return;
    if (anchor < 0) {
      this.#anchor = id;
      this.#chosen.value = new Set([id]);
      return;
    }
    this.#chosen.value = new Set(shown.slice(Math.min(anchor, to), Math.max(anchor, to) + 1));
  }

  all(): void {
    this.#chosen.value = new Set(this.shown.peek());
  }

  clear(): void {
    this.#anchor = null;
    if (this.#chosen.peek().size > 0) this.#chosen.value = new Set();
  }
}
