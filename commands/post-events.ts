import { setTimeout } from 'node:timers/promises';

const tries = 8;
const firstPauseMs = 250;

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

/** An answer that another try would not change, or why to try again. */
async function answerTo(request: Request): Promise<{ status: number; text: string } | string> {
  try {
    const response = await fetch(request);
    const text = await response.text();
    const { status } = response;
    return status === 429 || status >= 500 ? `the server answers ${status}` : { status, text };
  } catch (error) {
    return `no answer (${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message})`;
  }
}

/**
 * Posts a batch until there is an answer that another try would not change.
 *
 * @param body a JSON array of events
 * @throws ImportStopped if there is none
 */
export async function postEvents(target: Target, body: string): Promise<{ status: number; answer: object }> {
  const { url } = target;
  const request = requestOf(target, body);
  for (let attempt = 1; ; attempt++) {
    const reply = await answerTo(request.clone());
    if (typeof reply === 'object') {
      const answer = parsedAnswer(reply.text);
      const { status } = reply;
      if (answer && status !== 404) return { status, answer };
      throw new ImportStopped(`There is no timeline at ${url}: it answers ${status} to POST /v1/events.`);
    }
    if (attempt === tries) throw new ImportStopped(`Gave up at ${url}: ${reply}. What was stored stays; run it again.`);
    await setTimeout(firstPauseMs * 2 ** (attempt - 1));
  }
}
