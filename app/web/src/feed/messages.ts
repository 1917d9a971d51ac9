/** What the feed says: the payloads of docs/contract.md that OpenAPI does not describe. */

import type { CollectionName, Row } from '../api/rows';
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Operation = 'insert' | 'update' | 'delete' | 'leave';

/** One change, whether it was pulled or pushed. A deleted row has only its id. */
export interface Change {
  collection: CollectionName;
  operation: Operation;
  id: string;
  branchId: string | null;
  row: Row | null;
}

/** A change of `GET /api/changes`. */
export interface PulledChange extends Change {
  seq: number;
  prevSeq: number;
}

type Page = Schemas['CollectionPage_ChangeRow_'];
export type ChangesPage = Pick<Page, 'cursor' | 'etag' | 'hasMore' | 'mustRefetch'> & {
  data: PulledChange[];
};

export interface CollectionPage<R extends Row = Row> {
  data: R[];
  cursor: string;
  nextAfter: string | null;
}

/** `data_update`: the changes of one room (a collection as seen from one branch). */
export interface DataUpdate {
  type: CollectionName;
  branchId: string | null;
  data: ({ id: string; _operation: Operation } & Partial<Row>)[];
  seq: number;
  prevSeq: number;
}

export interface UploadProgress {
  pdfId: string;
  transferId: string;
  sentBytes: number;
  totalBytes: number;
}

export interface AgentBeat {
  agentId: string;
  memoryBytes: number;
  uptimeS: number;
  counters: Record<string, number>;
  at: string;
}

/** The events that are no rows: hints for the eye, never the truth. */
export interface LiveEvents {
  'pdf:upload_progress': UploadProgress;
  'agent:heartbeat': AgentBeat;
}

export type LiveEvent = {
  [E in keyof LiveEvents]: { name: E; payload: LiveEvents[E] };
}[keyof LiveEvents];

export function changesOf(update: DataUpdate): Change[] {
  return update.data.map(({ _operation, ...row }) => ({
    collection: update.type,
    operation: _operation,
    id: row.id,
    branchId: update.branchId,
    row: isWhole(row) ? row : null,
  }));
}

function isWhole(row: Partial<Row>): row is Row {
  return row.version !== undefined;
}
