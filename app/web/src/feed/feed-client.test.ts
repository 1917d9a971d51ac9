import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CollectionName, Row } from '../api/rows';
import { Collection, leaveOneOfBranches } from '../stores/collection';
import { FeedClient, type FeedSink } from './feed-client';
import type { DataUpdate } from './messages';
import { ModelServer, ModelSocket } from './testing/model-server';
import { act, generator } from './testing/random';

interface TestRow extends Row {
  branchIds: string[];
  text: string;
}

function setUp() {
  const server = new ModelServer();
  const socket = new ModelSocket(server);
  server.push = (update) => socket.deliver(update);
  const rows = new Collection<TestRow>(leaveOneOfBranches, null);
  let shown = true;
  let wake = () => {};
  const client = new FeedClient({
    source: server,
    socket,
    presence: {
      visible: () => shown,
      watch(listener) {
        wake = listener;
        return () => {};
      },
    },
    sinks: { pdfs: rows } as unknown as Record<CollectionName, FeedSink>,
    onEvent: () => {},
  });
  const show = (visible: boolean) => {
    shown = visible;
    wake();
  };
  return { server, socket, rows, client, show };
}

/** What the client shows, and what a fresh read of the server would. */
function views({ rows, server }: Pick<ReturnType<typeof setUp>, 'rows' | 'server'>) {
  return {
    shown: [...rows.rows()].map(({ id, text, branchIds }) => ({ id, text, branchIds })),
    truth: [...server.rows.values()]
      .map(({ id, text, branchIds }) => ({ id, text, branchIds }))
      .sort((a, b) => (a.id < b.id ? 1 : -1)),
  };
}

function expectEqual(parts: Pick<ReturnType<typeof setUp>, 'rows' | 'server'>) {
  const { shown, truth } = views(parts);
  expect(shown).toEqual(truth);
}

const SECOND = 1000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('live', () => {
  it('shows the first page before the rest', async () => {
    const { server, client, rows } = setUp();
    for (let i = 0; i < 10; i += 1) server.insert(['a']);
    client.start();
    await vi.advanceTimersByTimeAsync(6);
    expect(rows.size).toBe(3);
    expect(rows.state.value).toBe('partial');
    await vi.advanceTimersByTimeAsync(100);
    expect(rows.size).toBe(10);
    expect(rows.state.value).toBe('complete');
    client.stop();
  });

  it('applies what is pushed without asking the server', async () => {
    const { server, socket, client, rows } = setUp();
    client.start();
    socket.up();
    await vi.advanceTimersByTimeAsync(100);
    const pulls = server.pulls;
    const id = server.insert(['a'], 'one');
    server.update(id, { text: 'two' });
    expect(rows.get(id)?.text).toBe('two');
    expect(client.connection.value).toBe('live');
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(server.pulls).toBe(pulls);
    client.stop();
  });

  it('pulls when a push does not continue what it has', async () => {
    const parts = setUp();
    const { server, socket, client } = parts;
    client.start();
    socket.up();
    await vi.advanceTimersByTimeAsync(100);
    const { push } = server;
    server.push = () => {};
    server.insert(['a'], 'lost');
    server.push = push;
    server.insert(['a'], 'after the gap');
    await vi.advanceTimersByTimeAsync(50);
    expectEqual(parts);
    client.stop();
  });

  it('does not take a message of another room for a gap', async () => {
    const { server, socket, client } = setUp();
    client.start();
    socket.up();
    await vi.advanceTimersByTimeAsync(100);
    const pulls = server.pulls;
    server.insert(['a']);
    server.insert(['b']);
    server.insert(['a']);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(server.pulls).toBe(pulls);
    client.stop();
  });

  it('ignores a doubled message that would bring a deleted row back', async () => {
    const parts = setUp();
    const { server, socket, client } = parts;
    client.start();
    socket.up();
    await vi.advanceTimersByTimeAsync(100);
    const seen: DataUpdate[] = [];
    server.push = (update) => {
      seen.push(update);
      socket.deliver(update);
    };
    const id = server.insert(['a']);
    server.delete(id);
    for (const update of seen) socket.deliver(update);
    expectEqual(parts);
    client.stop();
  });

  it('notices that the last message was lost', async () => {
    const parts = setUp();
    const { server, socket, client } = parts;
    client.start();
    socket.up();
    await vi.advanceTimersByTimeAsync(100);
    server.push = () => {};
    server.insert(['a']);
    await vi.advanceTimersByTimeAsync(16 * SECOND);
    expectEqual(parts);
    client.stop();
  });

  it('drops a row only with the last branch in sight', async () => {
    const parts = setUp();
    const { server, socket, client, rows } = parts;
    client.start();
    socket.up();
    await vi.advanceTimersByTimeAsync(100);
    const id = server.insert(['a', 'b']);
    server.update(id, { branchIds: ['b'] });
    expect(rows.get(id)?.branchIds).toEqual(['b']);
    server.update(id, { branchIds: ['c'] });
    expectEqual(parts);
    client.stop();
  });
});

describe('without the socket', () => {
  it('polls, and is told cheaply that nothing happened', async () => {
    const parts = setUp();
    const { server, client } = parts;
    client.start();
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    expect(client.connection.value).toBe('polling');
    server.insert(['a']);
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    expectEqual(parts);
    await vi.advanceTimersByTimeAsync(20 * SECOND);
    expect(server.notModified).toBeGreaterThan(5);
    client.stop();
  });

  it('asks seldom while hidden and at once when shown', async () => {
    const parts = setUp();
    const { server, client, show } = parts;
    client.start();
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    show(false);
    const pulls = server.pulls;
    await vi.advanceTimersByTimeAsync(50 * SECOND);
    expect(server.pulls).toBe(pulls);
    server.insert(['a']);
    show(true);
    await vi.advanceTimersByTimeAsync(20);
    expectEqual(parts);
    client.stop();
  });

  it('says offline while the server is away, and comes back by itself', async () => {
    const parts = setUp();
    const { server, client } = parts;
    server.insert(['a']);
    client.start();
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    server.reachable = false;
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(client.connection.value).toBe('offline');
    server.insert(['a']);
    server.reachable = true;
    await vi.advanceTimersByTimeAsync(45 * SECOND);
    expect(client.connection.value).toBe('polling');
    expectEqual(parts);
    client.stop();
  });
});

describe('must refetch', () => {
  it.each(['restoreBackup', 'setBack', 'prune'] as const)('reads anew after %s', async (event) => {
    const parts = setUp();
    const { server, client } = parts;
    const gone = server.insert(['a']);
    for (let i = 0; i < 7; i += 1) server.insert(['a']);
    client.start();
    await vi.advanceTimersByTimeAsync(100);
    server.delete(gone);
    server.insert(['b'], 'new');
    server[event]();
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    expectEqual(parts);
    client.stop();
  });
});

describe('whatever happens to the messages', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'ends equal to the server (seed %i)',
    async (seed) => {
      const random = generator(seed);
      const parts = setUp();
      const { server, socket, client } = parts;
      const late: DataUpdate[] = [];
      server.push = (update) => {
        const luck = random();
        if (luck < 0.2) return;
        if (luck < 0.4) late.push(update);
        else socket.deliver(update);
        if (luck > 0.8) socket.deliver(update);
      };
      client.start();
      for (let step = 0; step < 80; step += 1) {
        act(server, random);
        const luck = random();
        if (luck < 0.1) socket.up();
        else if (luck < 0.15) socket.down();
        else if (luck < 0.17) server.prune();
        else if (luck < 0.18) {
          server.restoreBackup();
          // The servers were stopped for it, so nothing of the old history is on its way.
          late.length = 0;
        } else if (luck < 0.25) server.reachable = !server.reachable;
        if (random() < 0.3) for (const update of late.splice(0).reverse()) socket.deliver(update);
        if (random() < 0.5) await vi.advanceTimersByTimeAsync(random() * 30);
      }
      server.reachable = true;
      for (const update of late.splice(0)) socket.deliver(update);
      await vi.advanceTimersByTimeAsync(90 * SECOND);
      expectEqual(parts);
      client.stop();
    },
  );
});
