import {
  handshakeReserveMs,
  maximumVerificationAttempts,
  shortestHandshakeMs,
} from '../../../events/webhooks/delivery-timing.ts';
import { meanAfter } from '../../../events/webhooks/endpoint-health.ts';
import { receiverRules } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import { activateEndpoint } from '../subscribers/endpoints/activation.ts';
import type { EndpointState } from '../subscribers/endpoints/endpoint-state.ts';
import { noteProof } from '../subscribers/endpoints/request-counters.ts';
import { backOff, continueOn, disable, finish, retryLate } from './back-off.ts';
import { DeliveryError } from './delivery-error.ts';
import { guardedRequest } from './guarded-request.ts';
import { operationalMessage, verificationEvent } from './operational-event.ts';
import { limitsOf, postMessage } from './post-message.ts';
import { isoNow, lastErrorOf, type Outcome, type Run } from './run.ts';
import { userAgent } from './sign.ts';

/** The origin of the handshake if the host of this API is not known. */
const unknownOrigin = 'localhost';

/**
 * Whether a response contains the challenge: as plain text, as a JSON string, or as `{"challenge": …}`. It may begin
 * with a byte order mark, which `trim` removes as white space.
 */
function containsChallenge(body: string, challenge: string): boolean {
  const text = body.trim();
  if (text === challenge) return true;
  try {
    const answer: unknown = JSON.parse(text);
    if (answer === challenge) return true;
    return typeof answer === 'object' && answer !== null && 'challenge' in answer && answer.challenge === challenge;
  } catch {
    return false;
  }
}

/** The time for the handshake. It may be too short, or negative, if the exchange before took long. */
const handshakeMs = (run: Run) => Math.min(limitsOf(run).timeoutMs, run.remainingMs() - handshakeReserveMs);

/**
 * Whether the receiver allows deliveries by the handshake of CloudEvents (HTTP 1.1 Web Hooks 1.0.1, section 4): its
 * response names the origin that may send, or `*`.
 */
async function isAllowedByHandshake(run: Run, timeoutMs: number): Promise<boolean> {
  const { url } = run.endpoint;
  const origin = receiverRules().ownHosts[0] ?? unknownOrigin;
  const headers = { 'user-agent': userAgent(), 'webhook-request-origin': origin };
  try {
    const answer = await guardedRequest({ url, method: 'OPTIONS', headers }, { ...limitsOf(run), timeoutMs });
    const allowed = String(answer.headers['webhook-allowed-origin'] ?? '').split(',');
    const isSuccess = answer.status >= 200 && answer.status < 300;
    return isSuccess && allowed.some((one) => one.trim() === '*' || one.trim().toLowerCase() === origin.toLowerCase());
  } catch (error) {
    if (error instanceof DeliveryError) return false;
    throw error;
  }
}

const unproved = {
  category: 'unproved',
  detail: 'The answer does not contain the challenge, and the OPTIONS handshake does not allow deliveries.',
};

/**
 * Verifies an endpoint: it must send back the challenge, or allow deliveries by the handshake. It is active then. If
 * not, it is asked again a few times.
 *
 * @returns whether it is verified; if not, the lease is released
 */
export async function verify(run: Run, verification: NonNullable<EndpointState['verification']>): Promise<boolean> {
  const { endpoint, clock } = run;
  const message = operationalMessage(verificationEvent(endpoint, verification));
  const outcome = await postMessage(run, message);
  if (outcome.verdict === 'late') {
    await retryLate(run, outcome);
    return false;
  }
  if (outcome.verdict === 'gone') {
    await disable(run, 'gone', outcome);
    return false;
  }
  const isProved = outcome.verdict === 'delivered' && containsChallenge(outcome.body, verification.challenge);
  // A receiver that did not answer the challenge would not answer the handshake either.
  const wasAnswered = outcome.answer !== null;
  const timeoutMs = handshakeMs(run);
  if (!isProved && wasAnswered && timeoutMs < shortestHandshakeMs) {
    // Nothing has failed yet. The next worker asks again, with enough time for both.
    await continueOn(run, run.state.queue);
    return false;
  }
  if (isProved || (wasAnswered && (await isAllowedByHandshake(run, timeoutMs)))) {
    await noteProof(endpoint.owner, endpoint.url, clock.now());
    const changes = {
      verification: undefined,
      verifiedAt: isoNow(run),
      queue: 'prompt' as const,
      meanAnswerMs: meanAfter(run.state, outcome),
    };
    run.state = await activateEndpoint(endpoint, run.state, changes);
    count('EndpointsVerified');
    logger.info('Verified', { endpointId: endpoint.id });
    return true;
  }
  await notProved(run, verification, wasAnswered ? { ...outcome, ...unproved } : outcome);
  return false;
}

async function notProved(
  run: Run,
  verification: NonNullable<EndpointState['verification']>,
  outcome: Outcome,
): Promise<void> {
  const made = verification.attempts + 1;
  if (made < maximumVerificationAttempts)
    await backOff(run, outcome, made, { verification: { ...verification, attempts: made } });
  else await finish(run, { verification: undefined, nextAttemptAt: undefined, lastError: lastErrorOf(outcome) });
}
