import Dexie, { type Table } from 'dexie';

const PREFIX = 'siberius-copy-';

export interface StoredBlock {
  collection: string;
  first: string;
  /** JSON: parsing it is quicker than the browser's own copying of many objects. */
  rows: string;
}

export interface StoredState {
  id: 'state';
  /** Everything up to here is in the blocks; they may be ahead of it. Empty: they are not whole. */
  cursor: string;
  /** Which shapes of rows the blocks have. */
  shapes: string;
  /** Who may write. A tab that was frozen while another took over must not go on. */
  writer: string;
}

export class CopyDatabase extends Dexie {
  declare blocks: Table<StoredBlock, [string, string]>;
  declare state: Table<StoredState, 'state'>;

  /** `owner` is one user of one company. */
  constructor(owner: string) {
    super(PREFIX + owner, { autoOpen: false });
    this.version(1).stores({ blocks: '[collection+first]', state: 'id' });
  }
}

/** Deletes the copies of everyone but `owner`. */
export async function deleteCopies(owner?: string): Promise<void> {
  const names = await Dexie.getDatabaseNames();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + owner);
  await Promise.all(others.map((name) => Dexie.delete(name)));
}
