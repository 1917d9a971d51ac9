import { type ReadonlySignal, signal } from '@preact/signals';
import type { ApiClient } from '../api/client';

/** A search that was given a name; `search` is the query string of the list of documents. */
export interface SavedView {
  name: string;
  search: string;
}

/** What a user chose, on every machine alike. The server keeps it and does not look into it. */
export interface Preferences {
  language?: string;
  theme?: string;
  /** Null for the usual ones. */
  columns?: readonly string[] | null;
  savedViews?: readonly SavedView[];
}

const PATH = '/api/me/preferences';

/** The user's preferences; a change is shown at once and saved behind it. */
export class PreferencesStore {
  readonly #value = signal<Preferences>({});
  #saving: Promise<unknown> = Promise.resolve();

  constructor(private readonly api: ApiClient) {}

  get value(): ReadonlySignal<Preferences> {
    return this.#value;
  }

  async load(): Promise<void> {
    this.#value.value = await this.api.json<Preferences>(PATH);
  }

  /**
   * Changes some of them. Those that another tab or machine has changed meanwhile stay; where it
   * could not be saved the former ones are shown again.
   */
  async save(part: Preferences): Promise<void> {
    const before = this.#value.peek();
    this.#value.value = { ...before, ...part };
    const saved = this.#saving
      .catch(() => undefined)
      .then(async () => {
        const body = { ...(await this.api.json<Preferences>(PATH)), ...part };
        await this.api.call(PATH, { method: 'PUT', body });
      });
    this.#saving = saved;
    try {
      await saved;
    } catch (error) {
      this.#value.value = { ...this.#value.peek(), ...restored(before, part) };
      throw error;
    }
  }
}

/** The former values of the names in `part`; what was not there is left out again. */
function restored(before: Preferences, part: Preferences): Preferences {
  return Object.fromEntries(
    Object.keys(part).map((name) => [name, before[name as keyof Preferences]]),
  );
}
