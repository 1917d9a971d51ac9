import { problemText } from '../i18n/problems';
import type { Toasts } from '../stores/toasts';

/** Does what a click asked for; a failure becomes a toast. True where it went well. */
export async function run(toasts: Toasts, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toasts.show('error', problemText(error));
    return false;
  }
}
