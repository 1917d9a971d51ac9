import { effect } from '@preact/signals';
import { chooseLanguage, LANGUAGES, type Language, language } from '../i18n';
import type { PreferencesStore } from '../stores/preferences';
import type { Toasts } from '../stores/toasts';
import { run } from './run';
import { chooseTheme, THEMES, theme } from './theme';

const LANGUAGE_TAGS = Object.keys(LANGUAGES) as Language[];
const shown = () => ({ theme: theme.value, language: language.value });

/** What the page showed when it last agreed with somebody's preferences, or when it began. */
let agreed = shown();

/**
 * The theme and the language go with the user to every machine; this browser's own copy is for
 * before the sign-in. What was chosen on this page meanwhile is newer than what the server has.
 */
export function shareAppearance(preferences: PreferencesStore, toasts: Toasts): () => void {
  let stopped = false;
  let stop = () => {};
  const share = () => {
    if (stopped) return;
    const kept = preferences.value.peek();
    const now = shown();
    const before = agreed;
    agreed = {
      theme: THEMES.find((one) => one === kept.theme) ?? before.theme,
      language: LANGUAGE_TAGS.find((tag) => tag === kept.language) ?? before.language,
    };
    if (now.theme === before.theme && now.theme !== agreed.theme) chooseTheme(agreed.theme);
    if (now.language === before.language && now.language !== agreed.language) {
      chooseLanguage(agreed.language);
    }
    stop = effect(() => {
      const chosen = shown();
      if (chosen.theme === agreed.theme && chosen.language === agreed.language) return;
      agreed = chosen;
      void run(toasts, () => preferences.save(chosen));
    });
  };
  // Without an answer the usual columns, no saved views and this browser's choice are shown.
  preferences.load().then(share, () => undefined);
  return () => {
    stopped = true;
    stop();
  };
}
