import { computed, signal } from '@preact/signals';
import type { Agent, Availability, Branch, Pdf } from '../../api/rows';
import type { Collection } from '../collection';
import { SearchText } from '../search';
import { Selection } from '../selection';
import { filterOf } from './filter';
import { matcherOf } from './matching';
import { type DocumentQuery, EVERYTHING, filterCount, NEWEST_FIRST } from './query';
import { Sorter } from './sort';

/** The list of documents: what is searched for, what is found, and what is chosen of it. */
export class DocumentsStore {
  readonly query = signal<DocumentQuery>(EVERYTHING);
  readonly #text: SearchText;
  readonly #sorter: Sorter;

  constructor(
    readonly pdfs: Collection<Pdf>,
    private readonly agents: Collection<Agent>,
    private readonly branches: Collection<Branch>,
  ) {
    this.#text = new SearchText(pdfs);
    this.#sorter = new Sorter({
      branch: (id) => this.branches.get(id)?.name ?? '',
      availability: (pdf) => this.availability(pdf),
    });
  }

  readonly filterCount = computed(() => filterCount(this.query.value));
  readonly isFiltered = computed(
    () => this.query.value.text.trim() !== '' || this.filterCount.value > 0,
  );

  readonly #sort = computed(() => this.query.value.sort);

  /** All documents in the order of the list; the collection's own order needs no sorting. */
  readonly #rows = computed<readonly Pdf[]>(() => {
    const sort = this.#sort.value;
    this.pdfs.revision.value;
    if (sort.column === NEWEST_FIRST.column && sort.descending) return [...this.pdfs.rows()];
    if (sort.column === 'branch') this.branches.revision.value;
    return this.#sorter.sorted(this.pdfs.rows(), sort);
  });

  readonly #texts = computed(() => this.#text.of(this.#rows.value));

  readonly #words = computed(() => this.query.value.text);

  readonly #matches = computed(() => {
    this.branches.revision.value;
    return matcherOf(this.#words.value, {
      branches: this.branches.rows(),
      availability: (pdf) => this.availability(pdf),
    });
  });

  /** The ids of the documents that match, in the order of the list. */
  readonly found = computed<readonly string[]>(() => {
    const rows = this.#rows.value;
    if (!this.isFiltered.value) return rows.map(({ id }) => id);
    const matches = this.#matches.value;
    const texts = matches ? this.#texts.value : [];
    const passes = filterOf(this.query.value, new Date());
    const found: string[] = [];
    rows.forEach((pdf, place) => {
      if (passes(pdf) && (!matches || matches(pdf, texts[place] ?? ''))) found.push(pdf.id);
    });
    return found;
  });

  readonly selection = new Selection(this.found);

  readonly onlineAgents = computed<ReadonlySet<string>>(() => {
    this.agents.revision.value;
    const online = new Set<string>();
    for (const agent of this.agents.rows()) if (agent.status === 'online') online.add(agent.id);
    return online;
  });

  availability(pdf: Pdf): Availability {
    if (pdf.status === 'cached') return 'cached';
    if (pdf.agentIds.some((id) => this.onlineAgents.value.has(id))) return 'branch_online';
    return pdf.agentIds.length > 0 ? 'branch_offline' : 'gone';
  }

  /** Changes a part of what is shown. */
  narrow(part: Partial<DocumentQuery>): void {
    this.query.value = { ...this.query.peek(), ...part };
  }

  /** Shows everything, in the order it is in. */
  clear(): void {
    this.query.value = { ...EVERYTHING, sort: this.query.peek().sort };
  }
}
