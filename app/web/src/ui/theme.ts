import { computed, effect, signal } from '@preact/signals';
import { browserTexts } from '../browser/site-data';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'siberius.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);

export const theme = signal<Theme>(storedTheme());
export const isDark = computed(
  () => theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value),
);

export function chooseTheme(chosen: Theme): void {
  browserTexts.set(STORED, chosen);
  theme.value = chosen;
}

/** Shows the page in the chosen theme, also when the system's changes. */
export function applyTheme(): void {
  system.addEventListener('change', () => {
    systemIsDark.value = system.matches;
  });
  effect(() => {
    document.documentElement.dataset.bsTheme = isDark.value ? 'dark' : 'light';
  });
}

function storedTheme(): Theme {
  const stored = browserTexts.get(STORED);
  return THEMES.find((one) => one === stored) ?? 'system';
}
