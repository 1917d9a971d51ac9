import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Agent, Branch, Pdf } from '../../api/rows';
import { chooseLanguage, LANGUAGES, type Language } from '../../i18n';
import { formatDay, formatMoney } from '../../i18n/format';
import { availabilityName, typeName } from '../../i18n/names';
import { Collection, leaveOneOfBranches, leaveOnlyBranch } from '../collection';
import { agentRow, pdfRow } from '../testing/rows';
import { DocumentsStore } from './documents';

type Shown = Pick<Pdf, 'fileName' | 'number' | 'customer' | 'type' | 'eventDate' | 'total'>;
interface Table {
  documents: Record<string, Shown & { branch: string }>;
  searches: { query: string; found: string; language?: Language }[];
}

/** The server's table as well (tests/api/test_pdfs_search.py). */
const table: Table = JSON.parse(
  readFileSync(new URL('../../../../../tests/support/searches.json', import.meta.url), 'utf-8'),
);
const languages = Object.keys(LANGUAGES) as Language[];

function branchRow(name: string, code: string): Branch {
  return { id: name, version: 1, updatedAt: '', name, code, city: '' };
}

function store() {
  const pdfs = new Collection<Pdf>(leaveOneOfBranches, null);
  const agents = new Collection<Agent>(leaveOnlyBranch, null);
  const branches = new Collection<Branch>(() => null, null);
  for (const [id, { branch, ...shown }] of Object.entries(table.documents)) {
    branches.load([branchRow(branch, id)]);
    pdfs.load([pdfRow(id, { ...shown, branchIds: [branch], agentIds: ['away'] })]);
  }
  agents.load([agentRow('away', 'offline')]);
  const documents = new DocumentsStore(pdfs, agents, branches);
  const find = (text: string) => {
    documents.narrow({ text });
    return [...documents.found.value].sort().join('');
  };
  return { find, documents, branches, pdfs };
}

afterEach(() => chooseLanguage('en'));

describe('a search', () => {
  const cases = table.searches.flatMap(({ query, found, language }) =>
    (language ? [language] : languages).map((tag) => [query, tag, found] as const),
  );

  it.each(cases)('for %j in %s', (query, language, found) => {
    const { find } = store();
    chooseLanguage(language);
    expect(find(query)).toBe(found);
  });

  it.each(languages)('finds each thing exactly as the row shows it in %s', (language) => {
    chooseLanguage(language);
    const { find, documents, pdfs } = store();
    for (const pdf of pdfs.rows()) {
      const shown = [
        pdf.fileName,
        pdf.number,
        pdf.customer,
        pdf.eventDate && formatDay(pdf.eventDate),
        pdf.total && formatMoney(pdf.total),
        typeName(pdf.type),
        availabilityName(documents.availability(pdf)),
        ...pdf.branchIds,
      ];
      for (const text of shown) if (text) expect(find(text), text).toContain(pdf.id);
    }
  });

  it('follows the names of branches', () => {
    const { find, branches } = store();
    expect(find('ribeirao')).toBe('');
    const [branch] = [...branches.rows()].filter(({ name }) => name === 'São Paulo');
    branches.upsert({ ...(branch as Branch), version: 2, name: 'Ribeirão' });
    expect(find('ribeirao')).toBe('a');
    expect(find('paulo')).toBe('');
  });
});
