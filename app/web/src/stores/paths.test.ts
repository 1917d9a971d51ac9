import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/client';
import { Paths } from './paths';
import { pdfRow } from './testing/rows';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('paths', () => {
  it('are asked once for each version, a few at a time', async () => {
    const asked: string[] = [];
    let open = 0;
    let most = 0;
    vi.stubGlobal('fetch', async (url: string) => {
      if (url === '/api/auth/refresh') {
        return Response.json({ accessToken: 't', expiresIn: 600, user: { id: 'u' } });
      }
      asked.push(url);
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      return Response.json({ locations: [{ path: `in/${url.split('/').at(-1)}` }] });
    });
    const paths = new Paths(new ApiClient());
    const rows = Array.from({ length: 9 }, (_, index) => pdfRow(String(index)));
    paths.want(rows);
    expect(paths.of(pdfRow('8'))).toBeUndefined();
    await vi.waitFor(() => expect(paths.of(pdfRow('8'))).toBe('in/8'));
    paths.want(rows);
    expect(asked).toHaveLength(9);
    expect(most).toBeLessThanOrEqual(4);
    paths.want([pdfRow('8', { version: 2 })]);
    expect(paths.of(pdfRow('8', { version: 2 }))).toBeUndefined();
    await vi.waitFor(() => expect(asked).toHaveLength(10));
  });
});
