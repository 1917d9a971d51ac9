import { exclusively, keepsSiteData } from '../browser/site-data';
import type { KeptAnswers } from './kept-answers';
import { newKey } from './key';
import { ApiError } from './problem';
import { renewal } from './renewal';
import type { Me, Tokens } from './rows';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** A POST gets a fresh key; pass the same one to repeat a call whose outcome is unknown. */
  idempotencyKey?: string;
  etag?: string | null;
  /** A cursor that was read: no answer may be older than that. */
  seen?: string | null;
  signal?: AbortSignal;
}

interface AccessToken {
  value: string;
  expiresAt: number;
}

/** Comes with the answer to a write; sent back, it says "show me at least that". */
const CURSOR = 'Siberius-Cursor';
/** A token is renewed so long before it ends, so that a slow request does not outlive it. */
const RENEW_BEFORE_MS = 30_000;

/**
 * The REST client. The access token lives in memory only; the refresh token is a cookie that
 * script cannot read. Only where the browser keeps no cookies it lives in memory as well, so that
 * the session lasts as long as the page.
 */
export class ApiClient {
  /** Called when the session has ended on the server. */
  onSignedOut: () => void = () => {};
  /** Called when the company has begun to ask for a second factor that the user has not set up. */
  onSecondFactorMissing: () => void = () => {};
  /** Called with every new token: the user's name, role and branches may have changed. */
  onUser: (user: Me) => void = () => {};

  /** What was opened before, for when the server cannot be reached. */
  kept: KeptAnswers | null = null;

  #token: AccessToken | null = null;
  #refreshToken: string | null = null;
  /** Where the feed stood after this tab's last write: no answer may be older than that. */
  #written: string | null = null;
  #refreshing: Promise<Tokens> | null = null;

  async login(email: string, password: string, code?: string): Promise<Tokens> {
    const response = await send('/api/auth/login', post({ email, password, code }));
    return this.#accept(await response.json());
  }

  /** Ends the session. The tab forgets it even where the server cannot be told. */
  async logout(): Promise<void> {
    try {
      await this.call('/api/auth/logout', { method: 'POST' });
    } finally {
      this.#forget();
    }
  }

  /** Renews the access token from the cookie; callers at the same time share one request. */
  refresh(): Promise<Tokens> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** An access token that is good for the next moment. */
  async accessToken(): Promise<string> {
    if (!this.#token || this.#token.expiresAt - RENEW_BEFORE_MS < Date.now()) {
      return (await this.refresh()).accessToken;
    }
    return this.#token.value;
  }

  async json<T>(path: string, options: CallOptions = {}): Promise<T> {
    return (await this.call(path, options)).json();
  }

  /** Calls the API and throws `ApiError` for everything but 2xx and 304. */
  async call(path: string, options: CallOptions = {}): Promise<Response> {
    const url = withQuery(path, options.query);
    const kept = (options.method ?? 'GET') === 'GET' ? this.kept : null;
    try {
      const response = await this.#call(url, options);
      kept?.keep(url, response);
      return response;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'second_factor_missing') {
        this.onSecondFactorMissing();
      }
      const isAway = error instanceof ApiError && error.status === 0;
      const answer = isAway ? await kept?.find(url) : undefined;
      if (answer) return answer;
      throw error;
    }
  }

  async #call(url: string, options: CallOptions): Promise<Response> {
    const init = request(options);
    const token = await this.accessToken();
    try {
      return await this.#send(url, init, token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      // The token may have been revoked early; the cookie decides, unless it just did.
      if (this.#token?.value === token) await this.refresh();
      return this.#send(url, init, await this.accessToken());
    }
  }

  async #send(url: string, init: RequestInit, token: string): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#written) headers.append(CURSOR, this.#written);
    const response = await send(url, { ...init, headers }, token);
    this.#written = response.headers.get(CURSOR) ?? this.#written;
    return response;
  }

  async #refresh(): Promise<Tokens> {
    try {
      // Refresh tokens are spent by use and shared by all tabs: two tabs must not spend one twice.
      // `keepalive` lets the answer's cookie arrive even if the page is left meanwhile.
      let response = await exclusively('siberius-refresh', () => renewed({}));
      if (response.status === 204 && this.#refreshToken !== null) {
        response = await renewed({ refreshToken: this.#refreshToken });
      }
      // Nobody is signed in in this browser: for us the same, but no error in its console.
      if (response.status === 204) throw new ApiError(401, 'no_session', 'nobody is signed in');
      return this.#accept(await response.json());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.#forget();
        this.onSignedOut();
      }
      throw error;
    }
  }

  #accept(answer: Tokens): Tokens {
    this.#token = { value: answer.accessToken, expiresAt: Date.now() + answer.expiresIn * 1000 };
    this.#refreshToken = keepsSiteData() ? null : answer.refreshToken;
    this.onUser(answer.user);
    return answer;
  }

  #forget(): void {
    this.#token = null;
    this.#refreshToken = null;
  }
}

function renewed(body: { refreshToken?: string }): Promise<Response> {
  return renewal.once((idempotencyKey) =>
    send('/api/auth/refresh', {
      ...request({ method: 'POST', body, idempotencyKey }),
      keepalive: true,
    }),
  );
}

function post(body: unknown): RequestInit {
  return request({ method: 'POST', body });
}

function request(options: CallOptions): RequestInit {
  const method = options.method ?? 'GET';
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method === 'POST') headers['Idempotency-Key'] = options.idempotencyKey ?? newKey();
  if (options.etag) headers['If-None-Match'] = options.etag;
  if (options.seen) headers[CURSOR] = options.seen;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  return {
    method,
    headers,
    credentials: 'same-origin',
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  };
}

async function send(url: string, init: RequestInit, token?: string): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw ApiError.unreachable();
  }
  if (response.ok || response.status === 304) return response;
  throw await ApiError.from(response);
}

function withQuery(path: string, query: CallOptions['query'] = {}): string {
  const entries = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  if (entries.length === 0) return path;
  return `${path}?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
}
