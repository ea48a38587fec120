import { TimelineError } from './timeline-error.ts';
import { backoffMs, deadline, longestWaitMs, pause } from './waiting.ts';

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
   * Whether it is sent again if its outcome is not known: after a broken connection, or an error of the server.
   * Default: if it reads. A refusal for now (429, 503) changed nothing, so it is always sent again.
   */
  readonly isIdempotent?: boolean;
  /** How often it is sent again at most. Default: as often as the client sends requests again. */
  readonly retries?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RequestOptions {
  /** The address of the API, without a slash at its end. */
  readonly base: string;
  readonly key: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly retries: number;
  /** How long a response may take, and then its body. */
  readonly timeoutMs: number;
}

/** A comma separates values, so a value that has one cannot be sent in a list; the API takes its slug instead. */
function addressOf(base: string, { path, query = {} }: Call): string {
  const address = new URL(`${base}${path}`);
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
  let problem = null;
  try {
    problem = await response.json();
  } catch {
    // A proxy on the way answered with something else, or the connection broke. The status says enough.
  }
  const isObject = typeof problem === 'object' && problem !== null;
  return new TimelineError(request, response, isObject ? problem : null, retryAfterOf(response));
}

/** The body of a response as JSON; undefined if it has none. */
async function bodyOf<Body>(request: string, response: Response): Promise<Body> {
  if (response.status === 204) return undefined as Body;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new TimelineError(request, response, { message: 'The response is not JSON.' }, undefined);
  }
}

/**
 * Whether the API has answered, so that asking again would change nothing. What is not JSON may be a body that was cut
 * off.
 */
const isAnswer = (error: unknown) => error instanceof TimelineError && error.status >= 300;

/**
 * Sends requests, and sends them again where that is safe.
 *
 * @throws {TimelineError} for an error response
 * @throws what `fetch` throws if there is no response, also within the time (`TimeoutError`), or if the signal aborts
 */
export function requester({ base, key, fetch, retries: usualRetries, timeoutMs }: RequestOptions) {
  /** @param read what is wanted of the response: a connection may break within the body, too */
  async function send<Result>(call: Call, read: (response: Response) => Result | Promise<Result>): Promise<Result> {
    const { method = 'GET', path, accept = 'application/json', body, revision, signal } = call;
    const { isIdempotent = method === 'GET', retries = usualRetries } = call;
    const init = {
      method,
      headers: {
        accept,
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const address = addressOf(base, call);
    let mayBeDone = false;
    for (let attempt = 0; ; attempt += 1) {
      let waitMs = backoffMs(attempt + 1);
      const limit = deadline(timeoutMs, signal);
      try {
        const response = await fetch(address, { ...init, signal: limit.signal });
        limit.restart();
        if (response.ok) return await read(response);
        // The attempt whose outcome was not known has deleted it.
        if (method === 'DELETE' && mayBeDone && response.status === 404)
          return await read(new Response(null, { status: 204 }));
        const error = await errorOf(`${method} ${path}`, response);
        const isRefused = response.status === 429 || response.status === 503;
        if (attempt >= retries || !(isRefused || (response.status >= 500 && isIdempotent))) throw error;
        mayBeDone ||= !isRefused;
        const askedMs = (error.retryAfterSeconds ?? 0) * 1_000;
        // It may be hours until a daily quota begins anew.
        if (askedMs > longestWaitMs) throw error;
        waitMs = Math.max(waitMs, askedMs);
      } catch (error) {
        if (isAnswer(error) || signal?.aborted || !isIdempotent || attempt >= retries) throw error;
        mayBeDone = true;
      } finally {
        limit.end();
      }
      await pause(waitMs, signal);
    }
  }
  return {
    /** The response, with its body still to be read. */
    respond: (call: Call): Promise<Response> => send(call, (response) => response),
    /** The body of the response as JSON; undefined if it has none. */
    request: <Body>(call: Call): Promise<Body> =>
      send(call, (response) => bodyOf<Body>(`${call.method ?? 'GET'} ${call.path}`, response)),
  };
}

export type Requester = ReturnType<typeof requester>;

export type Request = Requester['request'];
