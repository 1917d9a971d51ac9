import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/client';
import { PreferencesStore } from './preferences';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The server's side: an object that is read and replaced. */
function server(stored: object) {
  const state = { stored, refuses: false };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url === '/api/auth/refresh') {
      return Response.json({ accessToken: 't', expiresIn: 600, user: { id: 'u' } });
    }
    if (init.method === 'PUT') {
      if (state.refuses) return Response.json({ code: 'x', detail: 'x' }, { status: 500 });
      state.stored = JSON.parse(String(init.body));
    }
    return Response.json(state.stored);
  });
  return state;
}

describe('preferences', () => {
  it('change a part and keep what another machine has saved meanwhile', async () => {
    const state = server({ theme: 'light' });
    const preferences = new PreferencesStore(new ApiClient());
    await preferences.load();
    state.stored = { theme: 'dark' };
    await preferences.save({ columns: ['type'] });
    expect(state.stored).toEqual({ theme: 'dark', columns: ['type'] });
  });

  it('are saved one after the other', async () => {
    const state = server({});
    const preferences = new PreferencesStore(new ApiClient());
    await Promise.all([preferences.save({ theme: 'dark' }), preferences.save({ language: 'en' })]);
    expect(state.stored).toEqual({ theme: 'dark', language: 'en' });
  });

  it('are as before where they could not be saved', async () => {
    const state = server({ theme: 'light' });
    const preferences = new PreferencesStore(new ApiClient());
    await preferences.load();
    state.refuses = true;
    await expect(preferences.save({ theme: 'dark' })).rejects.toThrow();
    expect(preferences.value.value).toEqual({ theme: 'light' });
  });
});
