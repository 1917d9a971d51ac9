import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../api/client';
import { BulkActions } from './bulk';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('actions on many documents', () => {
  it('go in parts, and tell what was refused', async () => {
    const sizes: number[] = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      if (url === '/api/auth/refresh') {
        return Response.json({ accessToken: 't', expiresIn: 600, user: { id: 'u' } });
      }
      const { ids }: { ids: string[] } = JSON.parse(String(init.body));
      sizes.push(ids.length);
      const problem = (id: string) => (id === '250' ? { code: 'gone_from_branch' } : null);
      return Response.json({ data: ids.map((id) => ({ id, problem: problem(id) })) });
    });
    const ids = Array.from({ length: 450 }, (_, index) => String(index));
    const outcome = await new BulkActions(new ApiClient()).request(ids);
    expect(sizes).toEqual([200, 200, 50]);
    expect(outcome).toEqual({ done: 449, problems: ['gone_from_branch'] });
  });
});
