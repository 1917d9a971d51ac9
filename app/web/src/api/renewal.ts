import { newKey } from './key';
import { ApiError } from './problem';

const KEY = 'siberius-renewal';

/**
 * The renewal of the session that is under way in this browser. Its key stays until its answer is
 * there: a page that was loaded anew meanwhile asks for the same answer, and does not spend the
 * refresh token of its cookie a second time.
 */
export const renewal = {
  async once<T>(renew: (key: string) => Promise<T>): Promise<T> {
    const key = kept() ?? newKey();
    keep(key);
    try {
      const answer = await renew(key);
      keep(null);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) keep(null);
      throw error;
    }
  },
};

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(key: string | null): void {
  try {
    if (key === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, key);
  } catch {
    // Private mode or no room: a page that is left in this moment signs in again.
  }
}
