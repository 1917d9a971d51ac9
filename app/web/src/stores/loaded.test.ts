import { describe, expect, it } from 'vitest';
import { Loaded } from './loaded';

/** Questions whose answers the test gives, in an order of its own. */
function asked() {
  const waiting: PromiseWithResolvers<string>[] = [];
  const loaded = new Loaded(() => {
    const answer = withResolvers<string>();
    waiting.push(answer);
    return answer.promise;
  });
  return { loaded, waiting };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('what is loaded', () => {
  it('is the answer to the last question, whichever comes last', async () => {
    const { loaded, waiting } = asked();
    const both = [loaded.load(), loaded.load()];
    waiting[1]?.resolve('new');
    waiting[0]?.resolve('old');
    await Promise.all(both);
    expect(loaded.value.value).toBe('new');
  });

  it('stays where a later question fails, with the reason', async () => {
    const { loaded, waiting } = asked();
    const first = loaded.load();
    waiting[0]?.resolve('here');
    await first;
    const second = loaded.load();
    waiting[1]?.reject('away');
    await second;
    expect([loaded.value.value, loaded.error.value]).toEqual(['here', 'away']);
    loaded.set('again');
    expect(loaded.error.value).toBeNull();
  });
});
