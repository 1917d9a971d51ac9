import type { DocumentType, PdfStatus } from '../../api/rows';
import { isDay } from './days';
import { isSortable, type Sort } from './sort';

export const STATUSES = ['available_local', 'uploading', 'cached', 'expired'] as const;
export const TYPES = ['quote', 'service_order', 'assembly'] as const;

/** What the list of documents shows, and in which order. An empty text is no limit. */
export interface DocumentQuery {
  text: string;
  type: DocumentType | '';
  status: PdfStatus | '';
  branchId: string;
  readable: 'yes' | 'no' | '';
  pinned: boolean;
  /** Without what lies in no branch any more and is not here either. */
  present: boolean;
  /** The event's day: a calendar day, or one relative to today (see days.ts). */
  from: string;
  to: string;
  /** Decimal numbers with a point. */
  min: string;
  max: string;
  sort: Sort;
}

export const NEWEST_FIRST: Sort = { column: 'created', descending: true };

export const EVERYTHING: DocumentQuery = {
  text: '',
  type: '',
  status: '',
  branchId: '',
  readable: '',
  pinned: false,
  present: false,
  from: '',
  to: '',
  min: '',
  max: '',
  sort: NEWEST_FIRST,
};

const DECIMAL = /^-?\d{1,12}(\.\d{1,4})?$/;

/** The filters that are set: how many things narrow the list, the search text apart. */
export function filterCount(query: DocumentQuery): number {
  return [
    query.type,
    query.status,
    query.branchId,
    query.readable,
    query.pinned,
    query.present,
    query.from || query.to,
    query.min || query.max,
  ].filter(Boolean).length;
}

/** The query in a page's address, without `?`; what is as usual is not named. */
export function toSearch(query: DocumentQuery): string {
  const { text, branchId, pinned, present, sort, ...named } = query;
  const parts = new URLSearchParams();
  const add = (name: string, value: string) => value && parts.set(name, value);
  add('q', text.trim());
  add('branch', branchId);
  for (const [name, value] of Object.entries(named)) add(name, value);
  if (pinned) parts.set('pinned', 'yes');
  if (present) parts.set('present', 'yes');
  if (sort.column !== NEWEST_FIRST.column || sort.descending !== NEWEST_FIRST.descending) {
    parts.set('sort', sort.descending ? `-${sort.column}` : sort.column);
  }
  return parts.toString();
}

/** The query of an address. Addresses are typed and shared: what makes no sense is ignored. */
export function fromSearch(search: string): DocumentQuery {
  const parts = new URLSearchParams(search);
  const take = (name: string, ok: (value: string) => boolean) => {
    const value = parts.get(name) ?? '';
    return ok(value) ? value : '';
  };
  const oneOf = <T extends string>(name: string, values: readonly T[]) =>
    values.find((value) => value === parts.get(name)) ?? '';
  const decimal = (value: string) => DECIMAL.test(value);
  return {
    text: parts.get('q') ?? '',
    type: oneOf('type', TYPES),
    status: oneOf('status', STATUSES),
    branchId: parts.get('branch') ?? '',
    readable: oneOf('readable', ['yes', 'no']),
    pinned: parts.get('pinned') === 'yes',
    present: parts.get('present') === 'yes',
    from: take('from', isDay),
    to: take('to', isDay),
    min: take('min', decimal),
    max: take('max', decimal),
    sort: sortOf(parts.get('sort') ?? ''),
  };
}

function sortOf(text: string): Sort {
  const descending = text.startsWith('-');
  const column = descending ? text.slice(1) : text;
  return isSortable(column) ? { column, descending } : NEWEST_FIRST;
}
