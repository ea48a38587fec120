import { setTimeout } from 'node:timers/promises';

/** A check found that something does not work. The message says what, and what was expected. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** A response, with its body as text and, if it is JSON, parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a check looks into whatever the system under test responds
  readonly json: any;
}

export interface RequestOptions {
  readonly method?: 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: true for everything that is not a GET. */
  readonly withKey?: boolean;
}

const requestTimeoutMs = 10_000;
const pollEveryMs = 250;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Requests to the system under test, until an instant. */
export class ApiClient {
  readonly #url: string;
  readonly #key: string;
  readonly #waitMs: number;
  #stopping: AbortSignal | undefined;
  #endsAt: number;

  /**
   * @param waitMs how long `until` waits at most
   * @param limitMs how long all requests may take together
   * @param stopping ends waiting. A request that is under way is not aborted: what it has stored would not be known
   */
  constructor(
    url: string,
    key: string,
    {
      waitMs,
      limitMs,
      stopping,
    }: { readonly waitMs: number; readonly limitMs: number; readonly stopping?: AbortSignal | undefined },
  ) {
    this.#stopping = stopping;
    this.#url = url;
    this.#key = key;
    this.#waitMs = waitMs;
    this.#endsAt = Date.now() + limitMs;
  }

  /** Gives the requests from now on so much time. They are to clean up, so nothing ends their waiting. */
  restart(limitMs: number): void {
    this.#stopping = undefined;
    this.#endsAt = Date.now() + limitMs;
  }

  /** @throws {CheckFailed} if there is no response, or the time of all checks is over */
  async request(path: string, options: RequestOptions = {}): Promise<Answer> {
    const { method = 'GET', body, headers, withKey = method !== 'GET' } = options;
    const leftMs = this.#endsAt - Date.now();
    if (leftMs <= 0) throw new CheckFailed('the time of the smoke test is over');
    try {
      const response = await fetch(new URL(path, this.#url), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(Math.min(requestTimeoutMs, leftMs)),
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(withKey && { authorization: `Bearer ${this.#key}` }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    } catch (error) {
      const { cause, message } = error as Error;
      const reason = (cause as Error | undefined)?.message || message;
      throw new CheckFailed(`${method} ${path} has no response (${reason})`);
    }
  }

  /** A request that must have one of these statuses. @throws {CheckFailed} if it has another */
  async expect(statuses: readonly number[], path: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await this.request(path, options);
    if (statuses.includes(answer.status)) return answer;
    const detail = answer.json?.detail ?? answer.json?.message ?? answer.text.slice(0, 200);
    throw new CheckFailed(
      `${options.method ?? 'GET'} ${path} responds with ${answer.status} instead of ${statuses.join(' or ')}: ${detail}`,
    );
  }

  /** Repeats a GET until its response is as wanted. @throws {CheckFailed} if it is not in time */
  async until(path: string, what: string, isWanted: (answer: Answer) => boolean, withKey = false): Promise<Answer> {
    const endsAt = Date.now() + this.#waitMs;
    for (;;) {
      const answer = await this.expect([200], path, { withKey });
      if (isWanted(answer)) return answer;
      if (this.#stopping?.aborted) throw new CheckFailed('it was stopped');
      if (Date.now() >= endsAt) throw new CheckFailed(`after ${this.#waitMs / 1_000} s, ${path} does not show ${what}`);
      await setTimeout(pollEveryMs);
    }
  }
}
