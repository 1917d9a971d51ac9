import type { Pdf } from '../api/rows';
import type { Collection } from './collection';

const ASCII = /^[\0-\x7f]*$/;

/** Lower case without accents, so that "orcamento" finds "Orçamento". */
export function fold(text: string): string {
  // Most texts need no more, and a hundred thousand of them are folded at the start.
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export function wordsOf(query: string): string[] {
  return fold(query).split(/\s+/).filter(Boolean);
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

function searchTextOf(pdf: Pdf): string {
  const parts = [pdf.fileName, pdf.number, pdf.customer, pdf.title, pdf.eventDate, pdf.total];
  if (pdf.eventDate) parts.push(pdf.eventDate.split('-').reverse().join('/'));
  if (pdf.total) parts.push(pdf.total.replace('.', ','));
  return fold(parts.filter(Boolean).join('\n'));
}
