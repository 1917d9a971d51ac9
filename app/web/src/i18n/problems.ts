import { ApiError } from '../api/problem';
import { en } from './en';
import { type Key, t } from './index';

type ProblemKey = Extract<Key, `problem.${string}`>;
type PlainKey = Exclude<ProblemKey, 'problem.rate_limited' | 'problem.other'>;

function isPlain(key: string): key is PlainKey {
  return key in en && key !== 'problem.rate_limited' && key !== 'problem.other';
}

/** What went wrong, for a person. A code without a text shows the server's own sentence. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('problem.other', { detail: String(error) });
  if (error.status === 429) {
    return t('problem.rate_limited', { seconds: Math.ceil(error.retryAfterS ?? 60) });
  }
  const key = `problem.${error.code}`;
  if (isPlain(key)) return t(key);
  if (error.isOutage) return t('problem.unavailable');
  if (error.status === 403) return t('problem.forbidden');
  return t('problem.other', { detail: error.message || error.code });
}

/** What was wrong with one field of what was sent. */
export function fieldText(error: ApiError, field: string): string {
  const key = `problem.${error.code}`;
  return isPlain(key) ? t(key) : (error.fields[field] ?? '');
}
