import { TimelineError } from './timeline-error.ts';
import { backoffMs, longestWaitMs, pause } from './waiting.ts';

/** A value of a query parameter. A list means any of its values. */
type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: object | undefined;
  /** Default: JSON. */
  readonly accept?: string;
  readonly body?: unknown;
  /** The revision that a change builds on, for `If-Match`. */
  readonly revision?: number | undefined;
  /**
   * Whether it is sent again if its outcome is not known: after a broken connection, or an error of the server. Default: if it reads. A
   * refusal for now (429, 503) changed nothing, so it is always sent again.
   */
  readonly isIdempotent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface RequestOptions {
  readonly url: string;
  readonly key: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly retries: number;
}

/** A comma separates values, so a value that has one cannot be sent in a list; the API takes its slug instead. */
function addressOf(base: string, { path, query = {} }: Call): string {
  const address = new URL(`${base.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query) as [string, QueryValue][]) {
    if (value !== undefined) address.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  return address.href;
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3): a number of them, or a date. */
function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

async function errorOf(request: string, response: Response): Promise<TimelineError> {
  const text = await response.text();
  let problem = null;
  try {
    problem = JSON.parse(text);
  } catch {
    // A proxy on the way answered with something else.
  }
  const isObject = typeof problem === 'object' && problem !== null;
  return new TimelineError(request, response, isObject ? problem : null, retryAfterOf(response));
}

/**
 * Sends requests, and sends them again where that is safe.
 *
 * @throws {TimelineError} for an error response
 * @throws what `fetch` throws if there is no response, or if the signal aborts
 */
export function requester({ url, key, fetch, retries }: RequestOptions) {
  /** @param read what is wanted of the response: a connection may break within the body, too */
  async function send<Result>(call: Call, read: (response: Response) => Result | Promise<Result>): Promise<Result> {
    const { method = 'GET', path, accept = 'application/json', body, revision, signal } = call;
    const { isIdempotent = method === 'GET' } = call;
    const init: RequestInit = {
      method,
      headers: {
        accept,
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    };
    const address = addressOf(url, call);
    for (let attempt = 0; ; attempt += 1) {
      let waitMs = backoffMs(attempt + 1);
      try {
        const response = await fetch(address, init);
        if (response.ok) return await read(response);
        const error = await errorOf(`${method} ${path}`, response);
        const isRefused = response.status === 429 || response.status === 503;
        if (attempt >= retries || !(isRefused || (response.status >= 500 && isIdempotent))) throw error;
        const askedMs = (error.retryAfterSeconds ?? 0) * 1_000;
        // It may be hours until a daily quota begins anew.
        if (askedMs > longestWaitMs) throw error;
        waitMs = Math.max(waitMs, askedMs);
      } catch (error) {
        if (error instanceof TimelineError || signal?.aborted || !isIdempotent || attempt >= retries) throw error;
      }
      await pause(waitMs, signal);
    }
  }
  return {
    /** The response, with its body still to be read. */
    respond: (call: Call): Promise<Response> => send(call, (response) => response),
    /** The body of the response as JSON; undefined if it has none. */
    request: <Body>(call: Call): Promise<Body> =>
      send(call, async (response) => (response.status === 204 ? undefined : await response.json()) as Body),
  };
}

export type Requester = ReturnType<typeof requester>;

export type Request = Requester['request'];
