import type { ApiClient } from '../../api/client';
import type { User } from '../../api/rows';
import type { components } from '../../api/schema';
import { Loaded } from '../loaded';

const PAGE = 1000;

export type UserFields = Pick<User, 'name' | 'email' | 'role' | 'branchIds'>;

/** The users of the company, and what an administrator does with them. */
export class UserAdmin {
  readonly users: Loaded<readonly User[]>;

  constructor(private readonly api: ApiClient) {
    this.users = new Loaded(() => this.#all());
  }

  /** The new user's password, which is shown once and never again. */
  async create(fields: UserFields): Promise<string> {
    const password = newPassword();
    const body = { ...fields, password };
    this.#take(await this.api.json<User>('/api/users', { method: 'POST', body }));
    return password;
  }

  /** Sends what differs: other rights end the user's sessions, another name does not. */
  async change(user: User, fields: UserFields): Promise<void> {
    const changed = Object.entries(fields).filter(
      ([name, value]) => !same(user[name as keyof UserFields], value),
    );
    if (changed.length > 0) await this.#patch(user, Object.fromEntries(changed));
  }

  async setDisabled(user: User, disabled: boolean): Promise<void> {
    await this.#patch(user, { disabled });
  }

  async renewPassword(user: User): Promise<string> {
    const password = newPassword();
    await this.#patch(user, { password });
    return password;
  }

  async removeSecondFactor(user: User): Promise<void> {
    await this.api.call(`/api/users/${user.id}/second-factor`, { method: 'DELETE' });
    this.#take({ ...user, secondFactor: false });
  }

  async #patch(user: User, body: components['schemas']['UserPatch']): Promise<void> {
    this.#take(await this.api.json<User>(`/api/users/${user.id}`, { method: 'PATCH', body }));
  }

  async #all(): Promise<User[]> {
    const users: User[] = [];
    let after: string | null | undefined;
    do {
      const query = { limit: PAGE, after };
      const page = await this.api.json<components['schemas']['CollectionPage_UserRow_']>(
        '/api/users',
        { query },
      );
      users.push(...page.data);
      after = page.nextAfter;
    } while (after);
    return users.sort(byName);
  }

  #take(user: User): void {
    this.users.change((users) => [...users.filter(({ id }) => id !== user.id), user].sort(byName));
  }
}

function byName(a: User, b: User): number {
  return a.name.localeCompare(b.name) || a.email.localeCompare(b.email);
}

function same(a: UserFields[keyof UserFields], b: UserFields[keyof UserFields]): boolean {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((id) => b.includes(id))
    : a === b;
}

/** Without letters and digits that look alike. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Four groups of five of 32 signs: 100 random bits that can be read out on the telephone. */
export function newPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  const signs = Array.from(bytes, (byte) => SIGNS[byte % SIGNS.length]).join('');
  return (signs.match(/.{5}/g) ?? []).join('-');
}
