import { KeptAnswers } from '../api/kept-answers';
import type { Me } from '../api/rows';
import { browserTexts } from '../browser/site-data';
import { wipeCopies } from '../copy/wipe';

const KEY = 'siberius-user';

/** The user whose rows this browser keeps, so that a page can show them before the server answers. */
export const remembered = {
  user(): Me | null {
    try {
      return JSON.parse(browserTexts.get(KEY) ?? 'null');
    } catch {
      return null;
    }
  },

  keep(user: Me): void {
    browserTexts.set(KEY, JSON.stringify(user));
    void wipeCopies(ownerOf(user));
  },

  /** Nothing of the user stays in this browser. */
  forget(): void {
    browserTexts.set(KEY, null);
    void wipeCopies();
    void KeptAnswers.wipe();
  },
};

/** Whose copy it is: a user, who belongs to one company. */
export function ownerOf(user: Me): string {
  return `${user.tenant.id}-${user.id}`;
}
