import { setTimeout as delay } from 'node:timers/promises';

/** What the API answered: the body parsed if it is JSON. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the torture looks into any answer
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
  /** How often it was sent until this answer. */
  readonly attempts: number;
}

/** A request: the body is sent as JSON, a text as it is. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

/** Nobody answered in all the time there was. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Every function has ended by then: an answer that was not awaited is not one of a request that still goes on. */
const requestTimeoutMs = 35_000;
const usualPatienceMs = 180_000;
const longestPauseMs = 1_000;
/**
 * For so long an answer may say that it is too early, by `Retry-After`, as the one about what is not published yet
 * does. It is longer than the faults of a few storms hold up a publication, on a slow machine too.
 */
const tooEarlyMs = 90_000;

/** Asks once. @returns undefined if there was no answer */
export async function askOnce(url: string, { method, path, body, headers, key }: Request): Promise<Answer | undefined> {
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
      attempts: 1,
    };
  } catch {
    return undefined;
  }
}

/**
 * Sends a request as newsrooms do: again and again, until it is answered by anything but "later". An error of the
 * client that names a time to send it again is the answer if it stays.
 *
 * @param isLater whether an answer means that it is too early, besides 429, 5xx and what has `Retry-After`
 * @param patienceMs after how long it gives up
 * @throws {NoAnswer} when it gives up
 */
export async function insist(
  url: string,
  request: Request,
  isLater: (answer: Answer) => boolean = () => false,
  patienceMs = usualPatienceMs,
): Promise<Answer> {
  const deadline = Date.now() + patienceMs;
  let earlySince: number | undefined;
  for (let attempts = 1; Date.now() < deadline; attempts++) {
    const answer = await askOnce(url, request);
    if (answer && answer.status < 500 && answer.status !== 429 && !isLater(answer)) {
      earlySince ??= Date.now();
      const isTooEarly = answer.headers.has('retry-after') && Date.now() - earlySince < tooEarlyMs;
      if (!isTooEarly) return { ...answer, attempts };
    }
    await delay(Math.min(longestPauseMs, 50 * attempts));
  }
  throw new NoAnswer(`${request.method} ${request.path} was not answered.`);
}
