import type { Availability, Branch, Pdf } from '../../api/rows';
import { LANGUAGES } from '../../i18n';
import { availabilityName, typeName } from '../../i18n/names';
import { fold, wordsOf } from '../search';
import { TYPES } from './query';
import { AVAILABILITIES } from './sort';

/** What a row shows that is not in the row itself. */
export interface ShownNames {
  branches: Iterable<Branch>;
  availability(pdf: Pdf): Availability;
}

/** A word of the search, and what it means where it is no part of a text. */
interface Wanted {
  word: string;
  types: ReadonlySet<string>;
  branchIds: ReadonlySet<string>;
  availabilities: ReadonlySet<Availability>;
  /** `01` to `12`. */
  months: ReadonlySet<string>;
}

/**
 * A test of one document: each word is a part of something that its row shows. Names that a
 * language or a colleague may change are compared here and are in no row's text, so that a change
 * of them costs nothing.
 */
export function matcherOf(
  query: string,
  names: ShownNames,
): ((pdf: Pdf, text: string) => boolean) | null {
  const branches = [...names.branches].map(({ id, name }) => [id, fold(name)] as const);
  const wanted = wordsOf(query).map((word): Wanted => {
    const says = (text: string) => fold(text).includes(word);
    return {
      word,
      types: new Set(TYPES.filter((type) => says(typeName(type)))),
      branchIds: new Set(branches.filter(([, name]) => name.includes(word)).map(([id]) => id)),
      availabilities: new Set(AVAILABILITIES.filter((one) => says(availabilityName(one)))),
      months: monthsOf(word),
    };
  });
  if (wanted.length === 0) return null;
  const isShown = (one: Wanted, pdf: Pdf) =>
    (one.types.size > 0 && pdf.type !== null && one.types.has(pdf.type)) ||
    (one.months.size > 0 && pdf.eventDate !== null && one.months.has(pdf.eventDate.slice(5, 7))) ||
    (one.branchIds.size > 0 && pdf.branchIds.some((id) => one.branchIds.has(id))) ||
    (one.availabilities.size > 0 && one.availabilities.has(names.availability(pdf)));
  return (pdf, text) => {
    for (const one of wanted) if (!text.includes(one.word) && !isShown(one, pdf)) return false;
    return true;
  };
}

const MONTH_LETTERS = 3;

/** The months whose name, in any of our languages, begins with the word: `mar`, `março`, `dez.`. */
function monthsOf(word: string): ReadonlySet<string> {
  const begun = word.replace(/[.,]+$/, '');
  const found = new Set<string>();
  if (begun.length < MONTH_LETTERS) return found;
  for (const { name, month } of MONTHS) if (name.startsWith(begun)) found.add(month);
  return found;
}

const MONTHS = Object.keys(LANGUAGES).flatMap((tag) => {
  const format = new Intl.DateTimeFormat(tag, { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, index) => ({
    name: fold(format.format(Date.UTC(2026, index, 1))),
    month: String(index + 1).padStart(2, '0'),
  }));
});
