/** What the page as a whole shows: its title, its language, light or dark, and the time. */

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { language } from '../i18n';
import { applyTheme } from './theme';

const NOW_STEP_MS = 15_000;
const current = signal(new Date());

/** The time for texts such as "3 minutes ago"; it moves in steps. */
export const now: ReadonlySignal<Date> = current;

const phone = matchMedia('(max-width: 767px)');
const narrow = signal(phone.matches);
export const isNarrow: ReadonlySignal<boolean> = narrow;

const width = signal(innerWidth);
/** In CSS px. */
export const pageWidth: ReadonlySignal<number> = width;

export function startPage(): void {
  setInterval(() => {
    current.value = new Date();
  }, NOW_STEP_MS);
  phone.addEventListener('change', () => {
    narrow.value = phone.matches;
  });
  addEventListener('resize', () => {
    width.value = innerWidth;
  });
  applyTheme();
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

const shownTitle = signal('');

/** What the page shows, in a few words. */
export const title: ReadonlySignal<string> = shownTitle;

export function useTitle(text: string): void {
  useEffect(() => {
    shownTitle.value = text;
    document.title = `${text} · Siberius`;
  }, [text]);
}
