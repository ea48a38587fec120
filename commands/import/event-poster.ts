import { retry } from '../../functions/lib/runtime/retry.ts';
import { CommandFailure } from '../cli.ts';

/** About half a minute in all: a system that was killed may be started again meanwhile. */
const maximumAttempts = 8;
const firstPauseMs = 500;
/** Where nothing has ever answered, most likely nothing will. */
const attemptsBeforeFirstAnswer = 3;

/** Where to post, and with which key. */
export interface Target {
  readonly url: string;
  readonly key: string;
}

/** Another attempt may succeed. The message says what happened. */
class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Written as it is, U+FFFD is refused: it cannot be told from bytes that are not UTF-8. JSON has it in strings only. */
const withEscapedReplacement = (json: string) => json.replaceAll('\ufffd', '\\ufffd');

function requestOf({ url, key }: Target, body: string): Request {
  const headers = { 'content-type': 'application/cloudevents-batch+json', authorization: `Bearer ${key}` };
  try {
    return new Request(new URL('/v1/events', url), { method: 'POST', headers, body: withEscapedReplacement(body) });
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

/** @throws {Unavailable} when there is no answer */
async function send(request: Request): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(request);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Unavailable(`there is no answer (${(cause as Error | undefined)?.message ?? message})`);
  }
}

/**
 * Makes a function that posts a batch, a JSON array of events, until there is an answer that another attempt would not change.
 * A server that has answered once gets more attempts.
 *
 * @throws {CommandFailure} when there is no such answer
 */
export function eventPoster(target: Target): (body: string) => Promise<{ status: number; answer: object }> {
  const { url } = target;
  let hasAnswered = false;
  return async (body) => {
    const request = requestOf(target, body);
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      const { status, text } = await send(request.clone());
      hasAnswered = true;
      if (status === 429 || status >= 500) throw new Unavailable(`the server answers ${status}`);
      const answer = parseAnswer(text);
      if (answer && status !== 404) return { status, answer };
      throw new CommandFailure(`There is no timeline at ${url}: it answers ${status} to POST /v1/events.`);
    };
    const isRetryable = (error: unknown) =>
      error instanceof Unavailable && (hasAnswered || attempts < attemptsBeforeFirstAnswer);
    try {
      return await retry(attempt, { maximumAttempts, firstPauseMs, isRetryable });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new CommandFailure(
        hasAnswered
          ? `Gave up at ${url}: ${error.message}. What was stored stays. Run the import again to store the rest.`
          : `At ${url} ${error.message}. Start the system with npm start, or name another address with --url.`,
      );
    }
  };
}
