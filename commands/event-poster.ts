import { setTimeout } from 'node:timers/promises';

/** Half a minute in all: a system that is killed may be started again meanwhile. */
const tries = 8;
const firstPauseMs = 250;
/** Where nobody has ever answered, most likely nobody will. */
const triesBeforeAnyAnswer = 3;

/** Where and as whom to post. */
export interface Target {
  readonly url: string;
  readonly key: string;
}

/** The server could not be asked, or would not answer, however often it was tried. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
}

function requestOf({ url, key }: Target, body: string): Request {
  const headers = { 'content-type': 'application/cloudevents-batch+json', authorization: `Bearer ${key}` };
  try {
    return new Request(new URL('/v1/events', url), { method: 'POST', headers, body });
  } catch (error) {
    throw new ImportStopped(`Cannot post to ${url}: ${(error as Error).message}`);
  }
}

function parsedAnswer(text: string): object | null {
  try {
    return Object(JSON.parse(text));
  } catch {
    return null;
  }
}

/** An answer that another try would not change has a text; of anything else there is what the problem is. */
type Reply =
  | { readonly status: number; readonly text: string }
  | { readonly status?: number; readonly text?: never; readonly problem: string };

async function answerTo(request: Request): Promise<Reply> {
  try {
    const response = await fetch(request);
    const text = await response.text();
    const { status } = response;
    return status === 429 || status >= 500 ? { status, problem: `the server answers ${status}` } : { status, text };
  } catch (error) {
    return {
      problem: `no answer (${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message})`,
    };
  }
}

/**
 * Makes what posts batches, JSON arrays of events, each until there is an answer that another try would not change. What has
 * answered once is waited for longer.
 *
 * @throws ImportStopped if there is no such answer
 */
export function eventPoster(target: Target): (body: string) => Promise<{ status: number; answer: object }> {
  const { url } = target;
  let hasAnswered = false;
  return async (body) => {
    const request = requestOf(target, body);
    for (let attempt = 1; ; attempt++) {
      const reply = await answerTo(request.clone());
      hasAnswered ||= reply.status !== undefined;
      if (reply.text !== undefined) {
        const answer = parsedAnswer(reply.text);
        if (answer && reply.status !== 404) return { status: reply.status, answer };
        throw new ImportStopped(`There is no timeline at ${url}: it answers ${reply.status} to POST /v1/events.`);
      }
      if (!hasAnswered && attempt === triesBeforeAnyAnswer) {
        throw new ImportStopped(
          `At ${url} there is ${reply.problem}. Start the system first, or say with --url where it is.`,
        );
      }
      if (attempt === tries) {
        throw new ImportStopped(`Gave up at ${url}: ${reply.problem}. What was stored stays; run it again.`);
      }
      await setTimeout(firstPauseMs * 2 ** (attempt - 1));
    }
  };
}
