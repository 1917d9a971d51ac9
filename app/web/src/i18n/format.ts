/** Dates, numbers and sizes in the chosen language. */

import { computed } from '@preact/signals';
import { language } from './index';

const formats = computed(() => ({
  // The medium form of Portuguese is a sentence; its short one has a year of four digits.
  date: new Intl.DateTimeFormat(language.value, {
    dateStyle: language.value === 'en' ? 'medium' : 'short',
    timeZone: 'UTC',
  }),
  dateTime: new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' }),
  weekday: new Intl.DateTimeFormat(language.value, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }),
  dayMonth: new Intl.DateTimeFormat(language.value, {
    day: '2-digit',
    month: language.value === 'en' ? 'short' : '2-digit',
    timeZone: 'UTC',
  }),
  time: new Intl.DateTimeFormat(language.value, { timeStyle: 'short' }),
  relative: new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }),
  money: new Intl.NumberFormat(language.value, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }),
  percent: new Intl.NumberFormat(language.value, { style: 'percent' }),
  number: new Intl.NumberFormat(language.value),
  second: new Intl.NumberFormat(language.value, { style: 'unit', unit: 'second' }),
  minute: new Intl.NumberFormat(language.value, { style: 'unit', unit: 'minute' }),
  size: new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }),
}));

/** A calendar day (`2026-01-15`), which is the same everywhere. */
export function formatDay(day: string): string {
  return formats.value.date.format(new Date(`${day}T00:00:00Z`));
}

/** A calendar day of the next days: "today", "tomorrow", then the weekday and the date. */
export function formatNearDay(day: string, today: string): string {
  const days = (Date.parse(day) - Date.parse(today)) / 86_400_000;
  if (days === 0 || days === 1) return formats.value.relative.format(days, 'day');
  return formats.value.weekday.format(new Date(`${day}T00:00:00Z`));
}

/** A day of this year: "Nov 27". */
export function formatDayMonth(day: string): string {
  return formats.value.dayMonth.format(new Date(`${day}T00:00:00Z`));
}

export function formatDateTime(time: string): string {
  return formats.value.dateTime.format(new Date(time));
}

/** The time for today, otherwise the date and the time. */
export function formatMoment(time: string, now: Date): string {
  const date = new Date(time);
  const sameDay = date.toDateString() === now.toDateString();
  return (sameDay ? formats.value.time : formats.value.dateTime).format(date);
}

/** Decimal strings stay exact: they are never turned into a float. */
export function formatMoney(amount: string): string {
  return formats.value.money.format(amount as Intl.StringNumericLiteral);
}

/**
 * A number typed as the language writes it, as a decimal string; null where it is none. A point
 * before other than three digits separates no group, so it can only mean the decimals.
 */
export function parseDecimal(text: string): string | null {
  const parts = formats.value.money.formatToParts(12345.6);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [sign('group'), sign('decimal')];
  const typed = text.replace(/\s/g, '');
  const grouped = new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d+)?$`);
  const plain = (grouped.test(typed) ? typed.replaceAll(group, '') : typed).replace(decimal, '.');
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : null;
}

export function formatPercent(fraction: number): string {
  return formats.value.percent.format(fraction);
}

export function formatNumber(value: number): string {
  return formats.value.number.format(value);
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formats.value.size.format(value)} ${units[unit]}`;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 minutes ago"; seconds are "now". */
export function formatAgo(time: string, now: Date): string {
  const seconds = (new Date(time).getTime() - now.getTime()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) {
      return formats.value.relative.format(Math.round(seconds / size), unit);
    }
  }
  return formats.value.relative.format(0, 'second');
}

/** A duration in seconds as "40 sec" or "3 min". */
export function formatDuration(seconds: number): string {
  const unit = seconds < 90 ? 'second' : 'minute';
  const value = Math.max(1, Math.round(unit === 'second' ? seconds : seconds / 60));
  return formats.value[unit].format(value);
}
