import type { ModelServer } from './model-server';

/** One change at the server, as luck wills. */
export function act(server: ModelServer, random: () => number): void {
  const branches = ['a', 'b', 'c'].filter(() => random() < 0.5);
  const where = branches.length > 0 ? branches : ['a'];
  const ids = [...server.rows.keys()];
  const id = ids[Math.floor(random() * ids.length)];
  const luck = random();
  if (id === undefined || luck < 0.4) server.insert(where, String(luck));
  else if (luck < 0.7) server.update(id, { text: String(luck) });
  else if (luck < 0.85) server.update(id, { branchIds: where });
  else server.delete(id);
}

/** mulberry32: the same numbers for the same seed. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
