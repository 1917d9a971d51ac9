/** Days as a search names them: `2026-01-15`, or relative ones such as `today` and `today+7`. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const RELATIVE = /^today(?:([+-])(\d{1,4}))?$/;

export function isDay(text: string): boolean {
  return DAY.test(text) || RELATIVE.test(text);
}

/** The calendar day of `now` where the user is. */
export function localDay(now: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${part(now.getMonth() + 1)}-${part(now.getDate())}`;
}

/** A relative day as a calendar day, so that a saved view means the same tomorrow. */
export function resolveDay(text: string, now: Date): string {
  const relative = RELATIVE.exec(text);
  if (!relative) return text;
  const [, sign = '+', days = '0'] = relative;
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  day.setDate(day.getDate() + (sign === '-' ? -1 : 1) * Number(days));
  return localDay(day);
}
