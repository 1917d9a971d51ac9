import type { Pdf } from '../api/rows';

/** Lower case without accents, so that "orcamento" finds "Orçamento". */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export function wordsOf(query: string): string[] {
  return fold(query).split(/\s+/).filter(Boolean);
}

/** The searchable text of documents, made once for each version of a row. */
export class SearchText {
  readonly #cache = new WeakMap<Pdf, string>();

  /** Whether all the words occur somewhere in the document's row. */
  has(pdf: Pdf, words: readonly string[]): boolean {
    if (words.length === 0) return true;
    let text = this.#cache.get(pdf);
    if (text === undefined) {
      text = searchTextOf(pdf);
      this.#cache.set(pdf, text);
    }
    for (const word of words) if (!text.includes(word)) return false;
    return true;
  }
}

function searchTextOf(pdf: Pdf): string {
  const parts = [pdf.fileName, pdf.number, pdf.customer, pdf.title, pdf.eventDate, pdf.total];
  if (pdf.eventDate) parts.push(pdf.eventDate.split('-').reverse().join('/'));
  if (pdf.total) parts.push(pdf.total.replace('.', ','));
  return fold(parts.filter(Boolean).join('\n'));
}
