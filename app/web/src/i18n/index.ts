import { computed, signal } from '@preact/signals';
import { browserTexts } from '../browser/site-data';
import { en } from './en';
import { ptBR } from './pt-BR';

export type Key = keyof typeof en;

/** One text, or one for each plural form the language has. */
export type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Messages = Record<Key, Text>;

/** The names in braces of an English text: what a call of `t` must bring. */
type NamesIn<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type TextOf<K extends Key> = (typeof en)[K] extends { other: infer S } ? S : (typeof en)[K];
type Values<K extends Key> = Record<NamesIn<TextOf<K>>, string | number>;
type Arguments<K extends Key> = [NamesIn<TextOf<K>>] extends [never] ? [] : [values: Values<K>];

export const LANGUAGES = { en: 'English', 'pt-BR': 'Português' } as const;
export type Language = keyof typeof LANGUAGES;

const MESSAGES: Record<Language, Messages> = { en, 'pt-BR': ptBR };
const STORED = 'siberius.language';

export const language = signal<Language>(firstLanguage());
const plurals = computed(() => new Intl.PluralRules(language.value));

export function chooseLanguage(chosen: Language): void {
  browserTexts.set(STORED, chosen);
  language.value = chosen;
}

/** The text in the chosen language. A `count` among the values chooses the plural form. */
export function t<K extends Key>(key: K, ...[values]: Arguments<K>): string {
  const given: Record<string, string | number> = values ?? {};
  return fill(pick(MESSAGES[language.value][key], given.count), given);
}

function pick(text: Text, count: string | number | undefined): string {
  if (typeof text === 'string') return text;
  return text[plurals.value.select(Number(count))] ?? text.other ?? '';
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? value.toLocaleString(language.value) : (value ?? '');
  });
}

function firstLanguage(): Language {
  const stored = browserTexts.get(STORED);
  if (stored && stored in LANGUAGES) return stored as Language;
  const wanted = globalThis.navigator?.languages ?? [];
  return wanted.some((tag) => tag.toLowerCase().startsWith('pt')) ? 'pt-BR' : 'en';
}
