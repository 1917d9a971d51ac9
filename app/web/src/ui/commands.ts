import {
  IconFileText,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPrinter,
  IconSearch,
  IconSun,
} from '@tabler/icons-preact';
import type { Pdf } from '../api/rows';
import { chooseLanguage, language, t } from '../i18n';
import { fold, wordsOf } from '../stores/search';
import { useApp, useWorkspace } from './context';
import { run } from './run';
import { PLACES } from './screens';
import { chooseTheme, isDark } from './theme';

/** One line of the command palette: a place to go to, or something to do. */
export type Command = {
  id: string;
  label: string;
  more?: string;
  icon: typeof IconSearch;
} & ({ path: string; run?: never } | { path?: never; run: () => void });

const DOCUMENTS_SHOWN = 6;

/** What the palette offers for a text. */
export function useCommands(): (query: string) => Command[] {
  const { session, toasts } = useApp();
  const { documents } = useWorkspace();

  const places = PLACES.filter(({ role }) => role === undefined || session.may(role)).flatMap(
    ({ path, label, icon, parts = [] }): Command[] => [
      { id: path, label: t(label), icon, path },
      ...parts.map((part) => ({
        id: part.path,
        label: `${t(label)}: ${t(part.label)}`,
        icon,
        path: part.path,
      })),
    ],
  );
  const actions = (): Command[] => [
    {
      id: 'theme',
      label: t(isDark.value ? 'palette.light' : 'palette.dark'),
      icon: isDark.value ? IconSun : IconMoon,
      run: () => chooseTheme(isDark.value ? 'light' : 'dark'),
    },
    {
      id: 'language',
      label: t('palette.language'),
      icon: IconLanguage,
      run: () => chooseLanguage(language.value === 'en' ? 'pt-BR' : 'en'),
    },
    { id: 'print', label: t('palette.print'), icon: IconPrinter, run: () => print() },
    {
      id: 'logout',
      label: t('app.logout'),
      icon: IconLogout,
      run: () => void run(toasts, () => session.logout()),
    },
  ];

  return (query) => {
    const words = wordsOf(query);
    const named = [...places, ...actions()].filter(({ label }) => hasAll(label, words));
    if (words.length === 0) return named;
    const found = firstMatches(documents.pdfs.rows(), words).map((pdf): Command => {
      const more = [pdf.number, pdf.customer].filter(Boolean).join(' · ');
      return {
        id: pdf.id,
        label: pdf.fileName,
        ...(more && { more }),
        icon: IconFileText,
        path: `/documents/${pdf.id}`,
      };
    });
    const all: Command = {
      id: 'search',
      label: t('palette.search', { query: query.trim() }),
      icon: IconSearch,
      path: `/documents?q=${encodeURIComponent(query.trim())}`,
    };
    return [...named, ...found, all];
  };
}

function hasAll(text: string, words: readonly string[]): boolean {
  const folded = fold(text);
  return words.every((word) => folded.includes(word));
}

function firstMatches(rows: Iterable<Pdf>, words: readonly string[]): Pdf[] {
  const found: Pdf[] = [];
  for (const pdf of rows) {
    if (!hasAll(`${pdf.number}\n${pdf.customer}\n${pdf.fileName}`, words)) continue;
    found.push(pdf);
    if (found.length === DOCUMENTS_SHOWN) break;
  }
  return found;
}
