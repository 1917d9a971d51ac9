import { afterEach, describe, expect, it, vi } from 'vitest';
import { HttpFeedSource } from '../feed/source';
import { ApiClient } from './client';

interface Call {
  url: string;
  headers: Headers;
}

/** A server that accepts only its newest token. */
function server() {
  const state = { token: 0, calls: [] as Call[], signedOut: false, unreachable: false };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    state.calls.push({ url, headers });
    if (state.unreachable) throw new TypeError('Failed to fetch');
    if (url.startsWith('/api/auth/')) {
      if (state.signedOut) return Response.json({ code: 'no_session' }, { status: 401 });
      state.token += 1;
      return Response.json({ accessToken: `t${state.token}`, expiresIn: 600, user: { id: 'u' } });
    }
    if (headers.get('Authorization') !== `Bearer t${state.token}`) {
      return Response.json({ code: 'not_authenticated' }, { status: 401 });
    }
    const written = init.method === 'POST' ? { 'Siberius-Cursor': `e-${state.calls.length}` } : {};
    return Response.json({ url }, { headers: written });
  });
  return state;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('ApiClient', () => {
  it('renews the token once for calls at the same time', async () => {
    const state = server();
    const api = new ApiClient();
    await Promise.all([api.json('/api/pdfs'), api.json('/api/agents'), api.json('/api/me')]);
    expect(state.calls.filter(({ url }) => url === '/api/auth/refresh')).toHaveLength(1);
  });

  it('repeats a call with the same idempotency key when its token was revoked', async () => {
    const state = server();
    const api = new ApiClient();
    await api.json('/api/me');
    state.token = 50;
    await api.json('/api/pdfs/1/request', { method: 'POST', body: {} });
    const keys = state.calls
      .filter(({ url }) => url.endsWith('/request'))
      .map(({ headers }) => headers.get('Idempotency-Key'));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('asks for answers that are not older than its last write', async () => {
    const state = server();
    const api = new ApiClient();
    await api.json('/api/pdfs');
    await api.json('/api/pdfs/1/request', { method: 'POST', body: {} });
    const written = `e-${state.calls.length}`;
    await api.json('/api/pdfs');
    await api.json('/api/pdfs/1');
    const sent = state.calls
      .filter(({ url }) => url === '/api/pdfs' || url === '/api/pdfs/1')
      .map(({ headers }) => headers.get('Siberius-Cursor'));
    expect(sent).toEqual([null, written, written]);
  });

  it('asks for pages that are not older than the first one, nor than its last write', async () => {
    const state = server();
    const source = new HttpFeedSource(new ApiClient(), ['pdfs']);
    const { signal } = new AbortController();
    await source.first('pdfs', signal);
    await source.next('pdfs', 'x', 'e-7', signal);
    const api = new ApiClient();
    await api.json('/api/pdfs/1/request', { method: 'POST', body: {} });
    const written = `e-${state.calls.length}`;
    await new HttpFeedSource(api, ['pdfs']).next('pdfs', 'x', 'e-7', signal);
    const sent = state.calls
      .filter(({ url }) => url.startsWith('/api/pdfs?'))
      .map(({ headers }) => headers.get('Siberius-Cursor'));
    expect(sent).toEqual([null, 'e-7', `e-7, ${written}`]);
  });

  it('says that nobody is signed in when there is no cookie', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
    const api = new ApiClient();
    const onSignedOut = vi.fn();
    api.onSignedOut = onSignedOut;
    await expect(api.json('/api/me')).rejects.toMatchObject({ status: 401, code: 'no_session' });
    expect(onSignedOut).toHaveBeenCalled();
  });

  it('says that the session ended when the cookie is refused', async () => {
    const state = server();
    state.signedOut = true;
    const api = new ApiClient();
    const onSignedOut = vi.fn();
    api.onSignedOut = onSignedOut;
    await expect(api.json('/api/me')).rejects.toMatchObject({ status: 401 });
    expect(onSignedOut).toHaveBeenCalledOnce();
  });

  it('keeps the session when the server is away', async () => {
    const state = server();
    state.unreachable = true;
    const api = new ApiClient();
    const onSignedOut = vi.fn();
    api.onSignedOut = onSignedOut;
    await expect(api.json('/api/me')).rejects.toMatchObject({ code: 'unreachable' });
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it('keeps the session for as long as the page lives where there are no cookies', async () => {
    const sent: unknown[] = [];
    vi.stubGlobal('navigator', { cookieEnabled: false });
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const body = JSON.parse(String(init.body));
      sent.push(body);
      const isRefresh = url === '/api/auth/refresh';
      if (isRefresh && !body.refreshToken) return new Response(null, { status: 204 });
      const refreshToken = `r${sent.length}`;
      return Response.json({ accessToken: 't', refreshToken, expiresIn: 1, user: { id: 'u' } });
    });
    const api = new ApiClient();
    await expect(api.refresh()).rejects.toThrow();
    await api.login('a@b.example', 'x');
    await api.accessToken();
    await api.accessToken();
    expect(sent.slice(2)).toEqual([{}, { refreshToken: 'r2' }, {}, { refreshToken: 'r4' }]);
    await api.logout().catch(() => undefined);
    await expect(api.refresh()).rejects.toThrow();
  });
});
