import { mayKeepRows } from '../browser/site-data';

/** Deletes the copies of everyone but `owner`. It does what it can and never throws. */
export async function wipeCopies(owner?: string): Promise<void> {
  if (!mayKeepRows()) return;
  try {
    const { deleteCopies } = await import('./database');
    await deleteCopies(owner);
  } catch {
    // Without a database there is nothing to delete.
  }
}
