import { wishOf } from '../../../events/retry-schedule.ts';
import { readSecrets } from '../endpoint-secrets.ts';
import type { Endpoint } from '../endpoints.ts';
import type { Clock } from './clock.ts';
import { DeliveryError } from './delivery-error.ts';
import { type GuardedAnswer, guardedRequest } from './guarded-request.ts';
import { signedHeaders } from './sign.ts';

/** Of one exchange. */
export const limits = { timeoutMs: 15_000, maximumBytes: 65_536 };

/** What is kept of an answer, for the owner. */
const keptAnswerBytes = 1_024;

/** A message to one endpoint: the same id has the same body for ever. */
export interface OutgoingMessage {
  readonly id: string;
  readonly body: string;
}

/** What came of an attempt. */
export interface Outcome {
  /** Taken; not wanted, this one; nobody is there any more; not now. */
  readonly verdict: 'delivered' | 'refused' | 'gone' | 'unwell';
  /** When it began, RFC 3339. */
  readonly at: string;
  readonly durationMs: number;
  /** The status of the answer, or the category of what went wrong. */
  readonly outcome: string;
  /** What went wrong, for the owner; of no meaning if nothing did. */
  readonly category: string;
  readonly detail: string;
  /** How long the receiver asks to be left alone. */
  readonly wishMs?: number;
  /** How the answer begins, as text. */
  readonly answer: string | null;
  readonly body: string;
}

/** What the status of an answer says; NaN is none. */
export function verdictOn(status: number): Outcome['verdict'] {
  if (status >= 200 && status < 300) return 'delivered';
  if (status === 410) return 'gone';
  // What else the client is at fault for will be so at the next try; a redirect may be one to a page of an outage.
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'unwell';
}

function outcomeOf({ status, headers, body }: GuardedAnswer, now: number) {
  const wishMs = wishOf(headers['retry-after'], now);
  return {
    verdict: verdictOn(status),
    outcome: String(status),
    category: `http_${status}`,
    detail: `The answer had the status ${status}.`,
    ...(wishMs !== undefined && { wishMs }),
    // Cut in the middle of a character, it ends in U+FFFD.
    answer: body.subarray(0, keptAnswerBytes).toString(),
    body: body.toString(),
  };
}

function failureOf({ category, message: detail }: DeliveryError) {
  return { verdict: 'unwell' as const, outcome: category, category, detail, answer: null, body: '' };
}

/**
 * Posts a message, signed by all secrets that sign at this moment.
 *
 * @returns what came of it, whatever that is
 */
export async function postMessage({ id, url }: Endpoint, message: OutgoingMessage, clock: Clock): Promise<Outcome> {
  const now = clock.now();
  const headers = signedHeaders(message, await readSecrets(id, now), now);
  const begun = performance.now();
  const began = { at: new Date(now).toISOString() };
  const durationMs = () => Math.round(performance.now() - begun);
  try {
    const answer = await guardedRequest({ url, method: 'POST', headers, body: message.body }, limits);
    return { ...began, durationMs: durationMs(), ...outcomeOf(answer, now) };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { ...began, durationMs: durationMs(), ...failureOf(error) };
  }
}
