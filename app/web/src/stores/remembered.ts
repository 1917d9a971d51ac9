import { KeptAnswers } from '../api/kept-answers';
import type { Me } from '../api/rows';
import { wipeCopies } from '../copy/database';

const KEY = 'siberius-user';

/** The user whose rows this browser keeps, so that a page can show them before the server answers. */
export const remembered = {
  user(): Me | null {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? 'null');
    } catch {
      return null;
    }
  },

  keep(user: Me): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(user));
    } catch {
      // Private mode or no room: the next page asks the server first.
    }
    void wipeCopies(ownerOf(user));
  },

  /** Nothing of the user stays in this browser. */
  forget(): void {
    try {
      localStorage.removeItem(KEY);
    } catch {
      // It could not be kept either.
    }
    void wipeCopies();
    void KeptAnswers.wipe();
  },
};

/** Whose copy it is: a user, who belongs to one company. */
export function ownerOf(user: Me): string {
  return `${user.tenant.id}-${user.id}`;
}
