import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CollectionName, Row } from '../api/rows';
import { Collection, leaveOneOfBranches } from '../stores/collection';
import { FeedClient, type FeedSink } from './feed-client';
import { type FeedMessage, SharedSocket } from './shared-socket';
import { Tabs } from './tabs';
import { ModelBrowser, type ModelTab } from './testing/model-browser';
import { ModelServer, ModelSocket } from './testing/model-server';
import { act, generator } from './testing/random';

interface TestRow extends Row {
  branchIds: string[];
  text: string;
}

class Tab {
  readonly rows = new Collection<TestRow>(leaveOneOfBranches, null);
  readonly socket: ModelSocket;
  readonly tabs: Tabs<FeedMessage>;
  readonly client: FeedClient;
  readonly events: unknown[] = [];
  #visible = true;
  #wake: (() => void)[] = [];

  constructor(
    readonly server: ModelServer,
    readonly platform: ModelTab,
  ) {
    const presence = {
      visible: () => this.#visible,
      watch: (listener: () => void) => {
        this.#wake.push(listener);
        return () => {};
      },
    };
    this.socket = new ModelSocket(server);
    this.tabs = new Tabs('feed', presence, platform);
    this.client = new FeedClient({
      source: server,
      socket: new SharedSocket(this.socket, this.tabs, presence),
      presence,
      sinks: { pdfs: this.rows } as unknown as Record<CollectionName, FeedSink>,
      onEvent: (event) => this.events.push(event),
    });
    this.client.start();
  }

  /** The real socket is open: it takes part in what the server pushes. */
  get connected(): boolean {
    return this.socket.listener !== null;
  }

  show(visible: boolean): void {
    this.#visible = visible;
    for (const wake of this.#wake) wake();
  }
}

function setUp(count: number) {
  const server = new ModelServer();
  const browser = new ModelBrowser();
  const tabs: Tab[] = [];
  server.push = (update) => {
    for (const tab of tabs) if (!tab.platform.frozen) tab.socket.deliver(update);
  };
  const open = () => {
    const tab = new Tab(server, browser.open());
    tabs.push(tab);
    return tab;
  };
  for (let i = 0; i < count; i += 1) open();
  const leader = () => {
    const found = tabs.find((tab) => tab.tabs.leads && !tab.platform.frozen);
    if (!found) throw new Error('nobody leads');
    return found;
  };
  const crash = (tab: Tab) => {
    browser.crash(tab.platform);
    tab.client.stop();
    tabs.splice(tabs.indexOf(tab), 1);
  };
  return { server, browser, tabs, open, leader, crash };
}

const SECOND = 1000;

function expectEqual(server: ModelServer, tabs: Tab[]) {
  const shape = ({ id, text, branchIds }: TestRow) => ({ id, text, branchIds });
  const truth = [...server.rows.values()].map(shape).sort((a, b) => (a.id < b.id ? 1 : -1));
  for (const tab of tabs) expect([...tab.rows.rows()].map(shape)).toEqual(truth);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('many tabs', () => {
  it('have one socket, and all hear what it hears', async () => {
    const { server, tabs, leader } = setUp(3);
    leader().socket.up();
    await vi.advanceTimersByTimeAsync(100);
    expect(tabs.filter((tab) => tab.connected)).toHaveLength(1);
    expect(tabs.map((tab) => tab.client.connection.value)).toEqual(['live', 'live', 'live']);
    const pulls = server.pulls;
    server.insert(['a'], 'pushed');
    leader().socket.listener?.onEvent({
      name: 'pdf:upload_progress',
      payload: { pdfId: 'p', transferId: 't', sentBytes: 1, totalBytes: 2 },
    });
    await vi.advanceTimersByTimeAsync(5);
    expectEqual(server, tabs);
    expect(tabs.map((tab) => tab.events.length)).toEqual([1, 1, 1]);
    expect(server.pulls).toBe(pulls);
  });

  it('poll once for all where there is no socket', async () => {
    const { server, tabs } = setUp(3);
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    const pulls = server.pulls;
    server.insert(['a']);
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expectEqual(server, tabs);
    expect(server.pulls - pulls).toBeLessThanOrEqual(6);
  });

  it('say offline together, and come back together', async () => {
    const { server, tabs } = setUp(2);
    await vi.advanceTimersByTimeAsync(SECOND);
    server.reachable = false;
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    expect(tabs.map((tab) => tab.client.connection.value)).toEqual(['offline', 'offline']);
    server.reachable = true;
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(tabs.map((tab) => tab.client.connection.value)).toEqual(['polling', 'polling']);
  });

  it.each(['crash', 'close', 'freeze'] as const)(
    'go on without loss after a %s of the leader',
    async (how) => {
      const { server, tabs, leader, crash } = setUp(3);
      const first = leader();
      first.socket.up();
      await vi.advanceTimersByTimeAsync(100);
      if (how === 'crash') crash(first);
      else if (how === 'close') {
        first.client.stop();
        tabs.splice(tabs.indexOf(first), 1);
      } else first.platform.frozen = true;
      server.insert(['a'], 'while nobody led');
      await vi.advanceTimersByTimeAsync(15 * SECOND);
      const second = leader();
      expect(second).not.toBe(first);
      second.socket.up();
      await vi.advanceTimersByTimeAsync(100);
      expectEqual(server, how === 'freeze' ? tabs.filter((tab) => tab !== first) : tabs);
      first.platform.frozen = false;
      await vi.advanceTimersByTimeAsync(60 * SECOND);
      expect(tabs.filter((tab) => tab.connected)).toHaveLength(1);
      expectEqual(server, tabs);
    },
  );

  it('are led by one that is looked at where polling needs its clock', async () => {
    const { tabs, leader } = setUp(2);
    await vi.advanceTimersByTimeAsync(SECOND);
    const first = leader();
    first.show(false);
    await vi.advanceTimersByTimeAsync(15 * SECOND);
    expect(leader()).not.toBe(first);
    expect(tabs.filter((tab) => tab.connected)).toHaveLength(1);
  });

  it('each lead themselves where there are no locks', async () => {
    const server = new ModelServer();
    const alone = { locks: undefined, channel: () => new ModelBrowser().open().channel() };
    const tab = new Tab(server, alone as unknown as ModelTab);
    await vi.advanceTimersByTimeAsync(100);
    expect(tab.connected).toBe(true);
  });
});

describe('whatever happens to the tabs', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'all end equal to the server with one leader (seed %i)',
    async (seed) => {
      const random = generator(seed);
      const { server, browser, tabs, open, crash } = setUp(2);
      browser.copies = () => (random() < 0.1 ? 0 : random() < 0.1 ? 2 : 1);
      const any = () => tabs[Math.floor(random() * tabs.length)] as Tab;
      for (let step = 0; step < 80; step += 1) {
        act(server, random);
        const luck = random();
        if (luck < 0.1) any().socket.up();
        else if (luck < 0.15) any().socket.down();
        else if (luck < 0.2 && tabs.length < 4) open();
        else if (luck < 0.23 && tabs.length > 1) crash(any());
        else if (luck < 0.28) any().platform.frozen = true;
        else if (luck < 0.35) any().platform.frozen = false;
        else if (luck < 0.4) any().show(random() < 0.5);
        else if (luck < 0.42) server.prune();
        else if (luck < 0.47) server.reachable = !server.reachable;
        if (random() < 0.5) await vi.advanceTimersByTimeAsync(random() * 3 * SECOND);
      }
      server.reachable = true;
      browser.copies = () => 1;
      for (const tab of tabs) {
        tab.platform.frozen = false;
        tab.show(true);
      }
      await vi.advanceTimersByTimeAsync(150 * SECOND);
      expectEqual(server, tabs);
      expect(tabs.filter((tab) => tab.tabs.leads)).toHaveLength(1);
      expect(tabs.filter((tab) => tab.connected)).toHaveLength(1);
      for (const tab of tabs) tab.client.stop();
    },
  );
});
