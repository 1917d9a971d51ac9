import { browserTexts } from '../browser/site-data';
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
    const key = browserTexts.get(KEY) ?? newKey();
    browserTexts.set(KEY, key);
    try {
      const answer = await renew(key);
      browserTexts.set(KEY, null);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) browserTexts.set(KEY, null);
      throw error;
    }
  },
};
