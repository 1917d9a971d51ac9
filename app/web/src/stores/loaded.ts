import { type ReadonlySignal, signal } from '@preact/signals';

/** What the server was asked for: not here yet, here, or not to be had. */
export class Loaded<T> {
  readonly #value = signal<T | null>(null);
  readonly #error = signal<unknown>(null);
  #asked = 0;

  constructor(private readonly ask: () => Promise<T>) {}

  /** Null before the first answer. */
  get value(): ReadonlySignal<T | null> {
    return this.#value;
  }

  /** Why the last question failed; what was there before stays. */
  get error(): ReadonlySignal<unknown> {
    return this.#error;
  }

  /** Asks, or asks again. An answer that was overtaken by a later question is dropped. */
  async load(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const value = await this.ask();
      if (asked === this.#asked) this.set(value);
    } catch (error) {
      if (asked === this.#asked) this.#error.value = error;
    }
  }

  /** Takes what another answer said. */
  set(value: T): void {
    this.#value.value = value;
    this.#error.value = null;
  }

  change(change: (value: T) => T): void {
    const value = this.#value.peek();
    if (value !== null) this.#value.value = change(value);
  }
}
