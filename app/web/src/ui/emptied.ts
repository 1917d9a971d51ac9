import type { EmptiedPlace } from '../api/rows';
import { t } from '../i18n';
import { formatNumber } from '../i18n/format';

/** How many files of a place are not there any more, and what to look at. */
export function emptiedText({ path, missing, known }: EmptiedPlace): string {
  const counts = { missing: formatNumber(missing), known: formatNumber(known) };
  return path ? t('agents.emptiedIn', { ...counts, path }) : t('agents.emptied', counts);
}
