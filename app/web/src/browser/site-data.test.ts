import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cacheStorage,
  exclusively,
  KeptTexts,
  keepsSiteData,
  mayKeepRows,
  openChannel,
  serviceWorkers,
  webLocks,
} from './site-data';

const refused = () => new DOMException('The operation is insecure.', 'SecurityError');

/** As where a user blocked the site: the touch of a global throws. */
function forbid(name: string, on: object = globalThis) {
  const before = Object.getOwnPropertyDescriptor(on, name);
  Object.defineProperty(on, name, {
    configurable: true,
    get() {
      throw refused();
    },
  });
  restore.push(() => {
    if (before) Object.defineProperty(on, name, before);
    else Reflect.deleteProperty(on, name);
  });
}

let restore: (() => void)[] = [];

function storage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
    removeItem: (name: string) => items.delete(name),
  } as unknown as Storage;
}

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('navigator', { cookieEnabled: true });
});

afterEach(() => {
  for (const undo of restore) undo();
  restore = [];
  vi.unstubAllGlobals();
});

describe('texts', () => {
  it('are kept by the browser', () => {
    const kept = storage();
    expect(new KeptTexts(() => kept).set('a', '1')).toBe(true);
    expect(new KeptTexts(() => kept).get('a')).toBe('1');
    expect(new KeptTexts(() => kept).set('a', null)).toBe(true);
    expect(new KeptTexts(() => kept).get('a')).toBeNull();
  });

  it.each([
    ['touching it throws', () => Promise.reject(refused())],
    ['it is not there', () => Promise.resolve(null)],
    ['it has no room', () => Promise.resolve({ getItem: () => null } as unknown as Storage)],
  ])('are kept by the page where %s', async (_, found) => {
    const there = await found().catch((error: unknown) => error);
    const texts = new KeptTexts(() => {
      if (there instanceof Error) throw there;
      return there as Storage;
    });
    expect(texts.get('a')).toBeNull();
    expect(texts.set('a', '1')).toBe(false);
    expect(texts.get('a')).toBe('1');
    expect(texts.set('a', null)).toBe(false);
    expect(texts.get('a')).toBeNull();
  });
});

describe('a browser', () => {
  it('keeps data of the site', () => {
    expect(keepsSiteData()).toBe(true);
    vi.stubGlobal('navigator', { cookieEnabled: false });
    expect(keepsSiteData()).toBe(false);
  });

  it('that forbids them keeps none', () => {
    forbid('localStorage');
    expect(keepsSiteData()).toBe(false);
  });

  it.each([
    ['caches', () => globalThis, cacheStorage],
    ['serviceWorker', () => navigator, serviceWorkers],
    ['locks', () => navigator, webLocks],
  ] as const)('may forbid %s', (name, owner, touch) => {
    forbid(name, owner());
    expect(touch()).toBeUndefined();
  });

  it('may forbid channels: what is said there is not heard', () => {
    expect(mayKeepRows()).toBe(true);
    vi.stubGlobal('BroadcastChannel', function refuses() {
      throw refused();
    });
    const channel = openChannel('a');
    channel.postMessage('x');
    channel.close();
    expect(mayKeepRows()).toBe(false);
    vi.unstubAllGlobals();
    forbid('BroadcastChannel');
    openChannel('a').close();
    expect(mayKeepRows()).toBe(false);
  });
});

describe('work that only one tab does', () => {
  const work = vi.fn(async () => 'done');

  beforeEach(() => {
    work.mockClear();
  });

  it('is done under a lock', async () => {
    const request = vi.fn((_: string, run: () => unknown) => run());
    vi.stubGlobal('navigator', { locks: { request } });
    expect(await exclusively('a', work)).toBe('done');
    expect(request).toHaveBeenCalledOnce();
    expect(work).toHaveBeenCalledOnce();
  });

  it('is done without one where locks are refused', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(refused()) } });
    expect(await exclusively('a', work)).toBe('done');
    vi.stubGlobal('navigator', {
      locks: {
        request: () => {
          throw refused();
        },
      },
    });
    expect(await exclusively('a', work)).toBe('done');
    vi.stubGlobal('navigator', {});
    expect(await exclusively('a', work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('is not done twice because it failed', async () => {
    vi.stubGlobal('navigator', {
      locks: { request: async (_: string, run: () => unknown) => run() },
    });
    work.mockRejectedValueOnce(new Error('no'));
    await expect(exclusively('a', work)).rejects.toThrow('no');
    expect(work).toHaveBeenCalledOnce();
  });
});
