import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import { ApiError } from '../api/problem';
import { type Me, ROLES, type Role } from '../api/rows';
import type { components } from '../api/schema';
import { openChannel } from '../browser/site-data';
import { remembered } from './remembered';

type Schemas = components['schemas'];

export type SessionState =
  | { kind: 'unknown' }
  | { kind: 'unreachable' }
  /** `ended`: by the server, while somebody was signed in. */
  | { kind: 'signed_out'; ended: boolean }
  | { kind: 'signed_in'; user: Me };

const RESTORE_RETRY_MS = 3_000;

/** Who is signed in, in every tab of this browser alike. */
export class SessionStore {
  readonly #state = signal<SessionState>({ kind: 'unknown' });
  readonly #tabs = openChannel('siberius-session');

  readonly user: ReadonlySignal<Me | null> = computed(() =>
    this.#state.value.kind === 'signed_in' ? this.#state.value.user : null,
  );

  constructor(private readonly api: ApiClient) {
    const known = remembered.user();
    // The server has the last word, but it need not be waited for: it may be away.
    if (known) this.#state.value = { kind: 'signed_in', user: known };
    api.onSignedOut = () => this.#signedOut(this.user.peek() !== null);
    api.onUser = (user) => this.#signedIn(user);
    // `/api/me` says so too, and the app shows nothing else until it is set up.
    api.onSecondFactorMissing = () => void this.reload().catch(() => {});
    this.#tabs.onmessage = ({ data }: MessageEvent<'in' | 'out'>) => {
      if (data === 'out') this.#signedOut(false);
      else if (this.#state.value.kind === 'signed_out') void this.restore();
    };
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  /** Takes up the session of the cookie, waiting for the server where it is away. */
  async restore(): Promise<void> {
    try {
      await this.api.refresh();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return;
      if (this.#state.peek().kind === 'signed_in') return;
      this.#state.value = { kind: 'unreachable' };
      setTimeout(() => void this.restore(), RESTORE_RETRY_MS);
    }
  }

  /** `code` is the second factor's, where the user has one. */
  async login(email: string, password: string, code?: string): Promise<void> {
    await this.api.login(email, password, code);
    this.#tabs.postMessage('in');
  }

  async logout(): Promise<void> {
    try {
      await this.api.logout();
    } finally {
      this.#signedOut(false);
      this.#tabs.postMessage('out');
    }
  }

  /** Asks the server who the user is now. */
  async reload(): Promise<void> {
    this.#signedIn(await this.api.json<Me>('/api/me'));
  }

  async rename(name: string): Promise<void> {
    await this.#change({ name });
  }

  /** Ends the user's other sessions. */
  async changePassword(currentPassword: string, newPassword: string): Promise<void> {
    await this.#change({ currentPassword, newPassword });
  }

  /** Whether the user has the role or a higher one. */
  may(role: Role): boolean {
    const user = this.user.value;
    return user !== null && ROLES.indexOf(user.role) >= ROLES.indexOf(role);
  }

  async #change(body: Schemas['MePatch']): Promise<void> {
    this.#signedIn(await this.api.json<Me>('/api/me', { method: 'PATCH', body }));
  }

  #signedIn(user: Me): void {
    const known = this.user.peek();
    remembered.keep(user);
    // A renewed token mostly brings the user that is here; a changed one sees other rows.
    if (known && JSON.stringify(known) === JSON.stringify(user)) return;
    this.#state.value = { kind: 'signed_in', user };
  }

  #signedOut(ended: boolean): void {
    remembered.forget();
    if (this.#state.peek().kind !== 'signed_out') this.#state.value = { kind: 'signed_out', ended };
  }
}
