import { setTimeout } from 'node:timers/promises';
import { parseRetryAfter } from '../../events/webhooks/retry-schedule.ts';
import { retry } from '../../functions/lib/runtime/retry.ts';
import { CommandFailure } from '../terminal/cli.ts';

/** About half a minute in all, in which a system that was killed can be started again. */
const maximumAttempts = 8;
const firstPauseMs = 500;
/** An import that is refused for now waits at most this long, whatever the server says. */
const longestWaitMs = 60_000;
/** The longest request is 1 MB long. Without a limit, a response that never ends would stop an import. */
const requestTimeoutMs = 120_000;
/** A server that has never responded most likely does not run. */
const attemptsBeforeFirstAnswer = 3;

/** The address of the API, and the key to post with. */
export interface Target {
  readonly url: string;
  readonly key: string;
  /** Whether the API decides what it would do, and does not do it. */
  readonly isDryRun?: boolean;
  /** Whether what looks like a mistake is refused. */
  readonly isStrict?: boolean;
}

/** Another attempt may succeed. The message says what happened. */
class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/**
 * The API rejects an unescaped U+FFFD, since it may stand for bytes that are not UTF-8. JSON has it in strings only.
 */
const withEscapedReplacement = (json: string) => json.replaceAll('\ufffd', '\\ufffd');

/** The id that its newsroom gave an event, by which it is put. */
export interface OwnId {
  readonly id: string;
  readonly source?: string;
}

function requestOf(
  { url, key, isDryRun, isStrict }: Target,
  body: string,
  follows: string | null,
  ownId?: OwnId,
): Request {
  const headers = {
    'content-type': ownId ? 'application/json' : 'application/cloudevents-batch+json',
    authorization: `Bearer ${key}`,
    ...(follows !== null && !ownId && { follows }),
  };
  try {
    const address = new URL('/v1/events', url);
    address.search = new URLSearchParams({
      ...ownId,
      ...(isDryRun && { dryRun: 'true' }),
      ...(isStrict && { strict: 'true' }),
    }).toString();
    return new Request(address, { method: ownId ? 'PUT' : 'POST', headers, body: withEscapedReplacement(body) });
  } catch (error) {
    throw new CommandFailure(`Cannot post to ${url}: ${(error as Error).message}`);
  }
}

function parseAnswer(text: string): object | null {
  try {
    return Object(JSON.parse(text));
  } catch {
    return null;
  }
}

const isProblem = (answer: object | null, slug: string): answer is { detail: string } =>
  answer !== null && 'type' in answer && answer.type === `/problems/${slug}`;

/** @throws {Unavailable} when there is no response */
async function send(request: Request): Promise<{ status: number; retryAfterMs: number; text: string }> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(requestTimeoutMs) });
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after') ?? undefined, Date.now()) ?? 0;
    return { status: response.status, retryAfterMs, text: await response.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Unavailable(`there is no response (${(cause as Error | undefined)?.message ?? message})`);
  }
}

/**
 * Whether an answer of 200 says what became of each event of a batch. Another one would count events that may not be
 * stored.
 */
function isResultOf(body: string, answer: object): boolean {
  const { results } = answer as { readonly results?: unknown };
  return Array.isArray(results) && results.length === JSON.parse(body).length && results.every(isKnownResult);
}

const outcomes = ['created', 'replayed', 'conflict', 'redacted'];
const isKnownResult = (result: unknown) =>
  outcomes.includes((result as { readonly outcome?: string } | null)?.outcome ?? '');

/** Posts a batch, or puts an event by its own id. */
export type EventPoster = (
  body: string,
  ownId?: OwnId,
) => Promise<{ readonly status: number; readonly answer: object }>;

/**
 * Makes a function that posts a batch, a JSON array of events, or puts one event by its own id, until there is a
 * response that another attempt would not change. A server that has responded once gets more attempts. Each batch
 * follows the last event of the batch before, so that all events are published in the order of the file.
 *
 * @throws {CommandFailure} when there is no such response
 */
export function eventPoster(target: Target): EventPoster {
  const { url } = target;
  let hasAnswered = false;
  let hasTakenEvents = false;
  let lastEvent: string | null = null;
  return async (body, ownId) => {
    const request = requestOf(target, body, lastEvent, ownId);
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      const { status, retryAfterMs, text } = await send(request.clone());
      hasAnswered = true;
      const answer = parseAnswer(text);
      // The newsroom can write nothing more today: no attempt of this import would succeed.
      if (isProblem(answer, 'quota-exceeded')) {
        throw new CommandFailure(
          `The import stopped at ${url}: ${answer.detail} Events that are stored stay. Run the import again then to store the rest.`,
        );
      }
      if (status === 429 || status >= 500) {
        if (retryAfterMs > 0) await setTimeout(Math.min(retryAfterMs, longestWaitMs));
        throw new Unavailable(`the server responds with ${status}`);
      }
      const isOfTimeline = answer && status !== 404 && (status !== 200 || ownId || isResultOf(body, answer));
      // The gateway refuses a key, the API what a key may not do. A key may be revoked, or expire, in the middle of an
      // import.
      if (isOfTimeline && (status === 401 || (status === 403 && !('detail' in answer)))) {
        throw new CommandFailure(
          'The key is not accepted. Create one with: npx timeline key create --newsroom NAME --scopes events:write',
        );
      }
      if (isOfTimeline) {
        hasTakenEvents ||= status === 200;
        lastEvent = (answer as { results?: { id: string }[] }).results?.at(-1)?.id ?? lastEvent;
        return { status, answer };
      }
      // Something on the way has answered, or has cut the answer: the timeline was there before.
      if (hasTakenEvents) throw new Unavailable(`the server responds with ${status}, and not as a timeline does`);
      throw new CommandFailure(`There is no timeline at ${url}: it responds with ${status} to POST /v1/events.`);
    };
    const isRetryable = (error: unknown) =>
      error instanceof Unavailable && (hasAnswered || attempts < attemptsBeforeFirstAnswer);
    try {
      return await retry(attempt, { maximumAttempts, firstPauseMs, isRetryable });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new CommandFailure(
        hasAnswered
          ? `The import stopped at ${url}: ${error.message}. Events that are stored stay. Run the import again to store the rest.`
          : `At ${url} ${error.message}. Start the system with npm start, or name another address with --url.`,
      );
    }
  };
}
