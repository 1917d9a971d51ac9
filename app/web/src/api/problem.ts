/** An error the server explained (RFC 9457), or the lack of any answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterS: number | null = null,
    /** What was wrong with which field of the request. */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  static unreachable(): ApiError {
    return new ApiError(0, 'unreachable', 'the server does not answer');
  }

  static async from(response: Response): Promise<ApiError> {
    const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
    const problem: unknown = await response.json().catch(() => null);
    const { code, detail, errors } = (problem ?? {}) as Partial<Record<string, unknown>>;
    return new ApiError(
      response.status,
      typeof code === 'string' ? code : `http_${response.status}`,
      typeof detail === 'string' ? detail : response.statusText,
      Number.isFinite(retryAfter) ? retryAfter : null,
      Object.fromEntries(
        (Array.isArray(errors) ? errors : []).map(({ field, message }) => [field, message]),
      ),
    );
  }

  /** The server, or what stands before it, is away; asking again later may help. */
  get isOutage(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}
