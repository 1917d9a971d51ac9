import { type ReadonlySignal, signal } from '@preact/signals';
import type { ApiClient } from '../../api/client';
import type { AuditEntry } from '../../api/rows';
import type { components } from '../../api/schema';
import { Loaded } from '../loaded';

/** What of the log is shown; days are those of the person, the last one included. */
export interface AuditFilter {
  action: string;
  user: string;
  from: string;
  to: string;
}

const PAGE = 50;

/** The audit log, newest first, a page at a time. */
export class AuditLog {
  readonly entries: Loaded<readonly AuditEntry[]>;
  readonly #next = signal<string | null>(null);

  constructor(
    private readonly api: ApiClient,
    private readonly filter: AuditFilter,
  ) {
    this.entries = new Loaded(async () => this.#page(null));
  }

  /** Whether there are older ones. */
  get hasMore(): ReadonlySignal<unknown> {
    return this.#next;
  }

  async more(): Promise<void> {
    const older = await this.#page(this.#next.peek());
    this.entries.change((entries) => [...entries, ...older]);
  }

  async #page(after: string | null): Promise<AuditEntry[]> {
    const { action, user, from, to } = this.filter;
    const query = {
      limit: PAGE,
      after,
      action: action || null,
      userId: user || null,
      from: from ? startOf(from, 0) : null,
      to: to ? startOf(to, 1) : null,
    };
    const page = await this.api.json<components['schemas']['AuditPage']>('/api/audit', { query });
    this.#next.value = page.nextAfter;
    return page.data;
  }
}

/** The moment in which a day begins here, or the one `later` days after it. */
export function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
