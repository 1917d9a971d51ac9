import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './problem';
import { renewal } from './renewal';

beforeEach(() => {
  const items = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
    removeItem: (name: string) => items.delete(name),
  });
  return () => vi.unstubAllGlobals();
});

async function keyOf(answer: () => unknown): Promise<string> {
  let sent = '';
  await renewal
    .once(async (key) => {
      sent = key;
      return answer();
    })
    .catch(() => {});
  return sent;
}

function fails(error: ApiError): () => never {
  return () => {
    throw error;
  };
}

describe('renewal', () => {
  it('asks again under its key until there was an answer', async () => {
    const first = await keyOf(fails(ApiError.unreachable()));
    const second = await keyOf(fails(new ApiError(503, 'outcome_unknown', 'lost')));
    const third = await keyOf(() => 'tokens');
    expect([second, third]).toEqual([first, first]);
    expect(await keyOf(() => 'tokens')).not.toBe(first);
  });

  it('takes a refusal as an answer', async () => {
    const first = await keyOf(fails(new ApiError(401, 'session_ended', 'over')));
    expect(await keyOf(() => 'tokens')).not.toBe(first);
  });
});
