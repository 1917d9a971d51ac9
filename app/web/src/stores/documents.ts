import { computed, signal } from '@preact/signals';
import type { Agent, Availability, DocumentType, Pdf, PdfStatus } from '../api/rows';
import type { Collection } from './collection';
import { SearchText, wordsOf } from './search';

/** The list of documents: what is searched for, and what is found. */
export class DocumentsStore {
  readonly query = signal('');
  readonly status = signal<PdfStatus | 'unreadable' | ''>('');
  readonly type = signal<DocumentType | ''>('');
  readonly branchId = signal('');
  readonly #text: SearchText;

  constructor(
    readonly pdfs: Collection<Pdf>,
    private readonly agents: Collection<Agent>,
  ) {
    this.#text = new SearchText(pdfs);
  }

  readonly isFiltered = computed(() => this.query.value.trim() !== '' || this.#hasFilter.value);

  readonly #hasFilter = computed(
    () => this.status.value !== '' || this.type.value !== '' || this.branchId.value !== '',
  );

  /** The ids of the documents that match, newest first. */
  readonly found = computed<readonly string[]>(() => {
    this.pdfs.revision.value;
    if (!this.isFiltered.value) return this.pdfs.ids().slice();
    const words = wordsOf(this.query.value);
    const found: string[] = [];
    for (const pdf of this.pdfs.rows()) {
      if (this.#passes(pdf) && this.#text.has(pdf, words)) found.push(pdf.id);
    }
    return found;
  });

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

  clear(): void {
    this.query.value = '';
    this.status.value = '';
    this.type.value = '';
    this.branchId.value = '';
  }

  #passes(pdf: Pdf): boolean {
    const status = this.status.value;
    if (status === 'unreadable' ? pdf.result === 'ok' : status && pdf.status !== status)
      return false;
    if (this.type.value && pdf.type !== this.type.value) return false;
    return !this.branchId.value || pdf.branchIds.includes(this.branchId.value);
  }
}
