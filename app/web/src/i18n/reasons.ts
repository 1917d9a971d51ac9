import type { Pdf } from '../api/rows';
import { en } from './en';
import { type Key, t } from './index';

type ReasonKey = Extract<Key, `reason.${string}`>;
type AdviceKey = Extract<Key, `advice.${string}`>;

/** Why a file could not be read. Newer agents may know reasons that this build does not. */
export function reasonText(pdf: Pdf): string {
  const key = `reason.${pdf.reasonCode ?? pdf.result}`;
  if (key in en) return t(key as ReasonKey);
  return pdf.reason ?? (pdf.result === 'ok' ? '' : t(`result.${pdf.result}`));
}

/** The short name of a reason, for a list of reasons. */
export function reasonName(reason: string): string {
  const key = `reasonName.${reason}`;
  return key in en ? t(key as Extract<Key, `reasonName.${string}`>) : reason;
}

/** What somebody can do about it. */
export function adviceText(pdf: Pdf): string {
  const key = `advice.${pdf.reasonCode ?? pdf.result}`;
  return t(key in en ? (key as AdviceKey) : 'advice.other');
}
