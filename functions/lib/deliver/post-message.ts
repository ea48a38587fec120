import { keptReceiverResponseBytes, maximumReceiverResponseBytes } from '../../../events/input/limits.ts';
import { exchangeTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { parseRetryAfter } from '../../../events/webhooks/retry-schedule.ts';
import { secretsOf, signingAt } from '../subscribers/endpoints/endpoint-secrets.ts';
import { ConcurrencyConflict } from '../subscribers/endpoints/endpoint-state.ts';
import { DeliveryError } from './delivery-error.ts';
import { type GuardedAnswer, guardedRequest } from './guarded-request.ts';
import type { Outcome, Run } from './run.ts';
import { signedHeaders } from './sign.ts';

/** A message to one endpoint. The same id always has the same body. */
export interface OutgoingMessage {
  readonly id: string;
  readonly body: string;
}

/** The verdict on the status of a response. NaN means that there was none. */
export function verdictOn(status: number): Outcome['verdict'] {
  if (status >= 200 && status < 300) return 'delivered';
  if (status === 410) return 'gone';
  // All other 4xx statuses would be the same at the next attempt. A redirect may lead to the page of an outage, and so
  // is a failure.
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'failed';
}

function outcomeOf({ status, headers, body }: GuardedAnswer, now: number) {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  return {
    verdict: verdictOn(status),
    outcome: String(status),
    category: `http_${status}`,
    detail: `The answer had the status ${status}.`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    // If a character is cut in the middle, the text ends with U+FFFD.
    answer: body.subarray(0, keptReceiverResponseBytes).toString(),
    body: body.toString(),
  };
}

/** The secrets of the endpoint of a run. */
const secretsOfRun = new WeakMap<Run, ReturnType<typeof secretsOf>>();

/**
 * The secrets that sign now. They are read once in a run: the epoch rises when they are rotated, so that the next write
 * of the run fails, and another run reads them again.
 *
 * @throws {ConcurrencyConflict} when no secret signs: the endpoint was deleted since the run read it
 */
async function currentSecrets(run: Run, now: number): Promise<string[]> {
  const reading = secretsOfRun.get(run) ?? secretsOf(run.endpoint.id);
  secretsOfRun.set(run, reading);
  try {
    const secrets = signingAt(await reading, now);
    if (secrets.length === 0) throw new ConcurrencyConflict('The endpoint was deleted.');
    return secrets;
  } catch (error) {
    secretsOfRun.delete(run);
    throw error;
  }
}

/** The limits of one exchange. */
export const limitsOf = ({ queue }: Pick<Run, 'queue'>) => ({
  timeoutMs: exchangeTimeoutMs[queue],
  maximumBytes: maximumReceiverResponseBytes,
});

function failureOf({ category, message: detail }: DeliveryError, { queue }: Run) {
  const verdict = queue === 'prompt' && category === 'timeout' ? ('late' as const) : ('failed' as const);
  return { verdict, outcome: category, category, detail, answer: null, body: '' };
}

/**
 * Posts a message, signed with all current secrets of the endpoint.
 *
 * @returns the outcome, also if there was no response
 * @throws {ConcurrencyConflict} when the endpoint was deleted. Nothing is sent then
 */
export async function postMessage(run: Run, message: OutgoingMessage): Promise<Outcome> {
  const { url } = run.endpoint;
  const now = run.clock.now();
  const headers = signedHeaders(message, await currentSecrets(run, now), now);
  const begun = performance.now();
  const began = { at: new Date(now).toISOString() };
  const durationMs = () => Math.round(performance.now() - begun);
  try {
    const answer = await guardedRequest({ url, method: 'POST', headers, body: message.body }, limitsOf(run));
    return { ...began, durationMs: durationMs(), ...outcomeOf(answer, now) };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { ...began, durationMs: durationMs(), ...failureOf(error, run) };
  }
}
