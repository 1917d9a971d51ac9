import type { Pdf } from '../api/rows';
import type { Collection } from './collection';

const ASCII = /^[\0-\x7f]*$/;

/**
 * Lower case without accents, so that "orcamento" finds "Orçamento" however its letters are made up;
 * spaces and dashes of any kind are the plain ones, and what cannot be seen is not there. The
 * server folds alike (`folded` in app/domains/pdfs/search_text.py).
 */
export function fold(text: string): string {
  // Most texts need no more, and a hundred thousand of them are folded at the start.
  if (ASCII.test(text)) return text.toLowerCase();
  const plain = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-');
  // Capitals first: ß and ſ are letters that only they make plain.
  return plain.toUpperCase().toLowerCase();
}

export function wordsOf(query: string): string[] {
  return fold(query).split(/\s+/).filter(Boolean);
}

/**
 * A key whose order is the natural one: ORC-9 before ORC-10, 9/2026 before 10/2026, capitals and
 * accents alike. A number is written with its length before it.
 */
export function naturalKey(text: string): string {
  return fold(text).replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, '');
    return String(Math.min(number.length, 99)).padStart(2, '0') + number;
  });
}

/**
 * The searchable text of documents. It is made when a row comes, in the slices in which rows
 * come, so that no search has to wait for it.
 */
export class SearchText {
  constructor(private readonly pdfs: Collection<Pdf>) {
    pdfs.watch((changed) => {
      for (const id of changed) this.#take(id);
    });
    for (const pdf of pdfs.rows()) Searchable.textOf(pdf);
  }

  /** The texts of the rows, as an array because a search goes through all of them. */
  of(rows: readonly Pdf[]): readonly string[] {
    return rows.map((pdf) => Searchable.textOf(pdf));
  }

  #take(id: string): void {
    const pdf = this.pdfs.get(id);
    if (pdf) Searchable.textOf(pdf);
  }
}

class Given {
  constructor(given: object) {
    // biome-ignore lint/correctness/noConstructorReturn: it becomes `this` of the class below.
    return given;
  }
}

/**
 * Puts the text into a private field of the row itself, where no copy of the row and nobody else
 * sees it. Looking it up in a map by the id took five times as long as the search.
 */
class Searchable extends Given {
  readonly #text: string;

  private constructor(pdf: Pdf) {
    super(pdf);
    this.#text = searchTextOf(pdf);
  }

  static textOf(pdf: Pdf): string {
    return #text in pdf ? pdf.#text : new Searchable(pdf).#text;
  }
}

/**
 * What is searched in a document besides its words: its day and its total in the forms in which
 * people see and type them, in every language at once (`search_text` of the server).
 */
function searchTextOf(pdf: Pdf): string {
  const parts = [pdf.fileName, pdf.number, pdf.customer, pdf.title];
  if (pdf.eventDate) parts.push(...dayForms(pdf.eventDate));
  if (pdf.total) parts.push(...totalForms(pdf.total));
  return fold(parts.filter(Boolean).join('\n'));
}

/** `2026-03-14`, `14/03/2026`, and as a sentence has it: `14, 2026`, `14 de`. */
function dayForms(day: string): string[] {
  const [year, month, date] = day.split('-');
  return [day, `${date}/${month}/${year}`, `${Number(date)}, ${year} de`];
}

/** `R$1.234,56`, `1,234.56`, `1234,56`, `1234.56`. */
function totalForms(total: string): string[] {
  const [whole = '', cents = '00'] = total.split('.');
  const grouped = (by: string) => whole.replace(/\B(?=(\d{3})+$)/g, by);
  const forms = [`R$${grouped('.')},${cents}`, `${grouped(',')}.${cents}`];
  if (whole.length > 3) forms.push(`${whole},${cents}`, total);
  return forms;
}
