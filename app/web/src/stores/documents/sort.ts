import type { Availability, Pdf } from '../../api/rows';
import { naturalKey } from '../search';

export const SORTABLE = [
  'type',
  'number',
  'customer',
  'eventDate',
  'total',
  'fileName',
  'branch',
  'availability',
  'size',
  'pages',
  'created',
  'updated',
] as const;
export type SortColumn = (typeof SORTABLE)[number];

export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

export function isSortable(column: string): column is SortColumn {
  return (SORTABLE as readonly string[]).includes(column);
}

/** What a row does not say itself. */
export interface SortNames {
  branch(id: string): string;
  availability(pdf: Pdf): Availability;
}

type SortKey = string | number | null;

const AVAILABILITY_ORDER: Record<Availability, number> = {
  cached: 0,
  branch_online: 1,
  branch_offline: 2,
  gone: 3,
};

export const AVAILABILITIES = Object.keys(AVAILABILITY_ORDER) as Availability[];

/**
 * Sorts documents by a column; rows without a value come last either way, and equal ones stay
 * newest first. It starts from the order it made before, because a list of 100,000 rows in which a
 * few have changed is sorted in one pass then.
 */
export class Sorter {
  #keys = new WeakMap<Pdf, SortKey>();
  #column: SortColumn | null = null;
  #order: readonly Pdf[] = [];

  constructor(private readonly names: SortNames) {}

  sorted(rows: Iterable<Pdf>, sort: Sort): readonly Pdf[] {
    const { column, descending } = sort;
    // Names of branches and states of agents change without the row.
    const cacheable = column !== 'branch' && column !== 'availability';
    if (this.#column !== column || !cacheable) this.#keys = new WeakMap();
    this.#column = column;
    const keyed = this.#inFormerOrder(rows).map((pdf) => ({ pdf, key: this.#key(pdf, column) }));
    const way = descending ? -1 : 1;
    keyed.sort((a, b) => compare(a.key, b.key, way) || (a.pdf.id < b.pdf.id ? 1 : -1));
    this.#order = keyed.map(({ pdf }) => pdf);
    return this.#order;
  }

  #inFormerOrder(rows: Iterable<Pdf>): Pdf[] {
    const now = new Map<string, Pdf>();
    for (const pdf of rows) now.set(pdf.id, pdf);
    const ordered: Pdf[] = [];
    for (const { id } of this.#order) {
      const pdf = now.get(id);
      if (!pdf) continue;
      ordered.push(pdf);
      now.delete(id);
    }
    return [...ordered, ...now.values()];
  }

  #key(pdf: Pdf, column: SortColumn): SortKey {
    const known = this.#keys.get(pdf);
    if (known !== undefined) return known;
    const key = this.#keyOf(pdf, column);
    this.#keys.set(pdf, key);
    return key;
  }

  #keyOf(pdf: Pdf, column: SortColumn): SortKey {
    switch (column) {
      case 'total':
        return pdf.total === null ? null : Number(pdf.total);
      case 'size':
      case 'pages':
        return pdf[column];
      case 'created':
        return pdf.createdAt;
      case 'updated':
        return pdf.updatedAt;
      case 'branch':
        return naturalKey(pdf.branchIds.map((id) => this.names.branch(id)).join(', ')) || null;
      case 'availability':
        return AVAILABILITY_ORDER[this.names.availability(pdf)];
      case 'type':
      case 'eventDate':
        return pdf[column];
      default:
        return pdf[column] === null ? null : naturalKey(pdf[column]);
    }
  }
}

function compare(a: SortKey, b: SortKey, way: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -way : way;
}
