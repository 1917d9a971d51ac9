/** What the feed says, by the names the dashboard uses. The shapes come from the server. */

import type { CollectionName, Row } from '../api/rows';
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Operation = Schemas['UpdatedRow']['_operation'];

/** One change, whether it was pulled or pushed. A deleted row has only its id. */
export interface Change {
  collection: CollectionName;
  operation: Operation;
  id: string;
  branchId: string | null;
  row: Row | null;
}

/** A change of `GET /api/changes`. */
export type PulledChange = Change & Pick<Schemas['ChangeRow'], 'seq' | 'prevSeq'>;

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
export type DataUpdate = Omit<Schemas['DataUpdate'], 'type' | 'data' | 'delta'> & {
  type: CollectionName;
  data: (Pick<Schemas['UpdatedRow'], 'id' | '_operation'> & Partial<Row>)[];
};

export type UploadProgress = Schemas['UploadShown'];
export type AgentBeat = Schemas['AgentBeat'];
export type ServerMoving = Schemas['ServerMoving'];

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
