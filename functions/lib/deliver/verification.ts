import {
  handshakeReserveMs,
  maximumVerificationAttempts,
  shortestHandshakeMs,
} from '../../../events/webhooks/delivery-timing.ts';
import { receiverRules } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import { activateEndpoint } from '../subscribers/activation.ts';
import type { EndpointState } from '../subscribers/endpoint-state.ts';
import { noteProof } from '../subscribers/limits.ts';
import { backOff, continueOn, finish } from './back-off.ts';
import { DeliveryError } from './delivery-error.ts';
import { guardedRequest } from './guarded-request.ts';
import { operationalMessage, verificationEvent } from './operational-event.ts';
import { limitsOf, postMessage } from './post-message.ts';
import type { Outcome } from './run.ts';
import { isoNow, lastErrorOf, type Run } from './run.ts';
import { userAgent } from './sign.ts';

/** Who asks, where nothing says what our own host is. */
const unknownOrigin = 'localhost';

/** Whether an answer holds the challenge: alone, or as `{"challenge": …}`. */
function holds(body: string, challenge: string): boolean {
  if (body.trim() === challenge) return true;
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null && 'challenge' in answer && answer.challenge === challenge;
  } catch {
    return false;
  }
}

/** What the handshake may take: nothing, or less, if the exchange before it took long. */
const handshakeMs = (run: Run) => Math.min(limitsOf(run).timeoutMs, run.remainingMs() - handshakeReserveMs);

/** The handshake of CloudEvents' HTTP webhooks (1.0.1, section 4): who is asked names who may send, or `*`. */
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
 * Asks an endpoint whether it wants what is to be sent there. If so, it receives from now on; if it does not say so, it is asked
 * again a few times.
 *
 * @returns whether it does; if not, the lease is let go of
 */
export async function verify(run: Run, verification: NonNullable<EndpointState['verification']>): Promise<boolean> {
  const { endpoint, clock } = run;
  const message = operationalMessage(verificationEvent(endpoint, verification));
  const outcome = await postMessage(run, message);
  if (outcome.verdict === 'late') {
    await continueOn(run, 'slow');
    return false;
  }
  const isProved = outcome.verdict === 'delivered' && holds(outcome.body, verification.challenge);
  // Who could not be reached cannot be asked in another way either.
  const wasAnswered = outcome.answer !== null;
  const timeoutMs = handshakeMs(run);
  if (!isProved && wasAnswered && timeoutMs < shortestHandshakeMs) {
    // It has failed at nothing: it is asked both ways when there is time.
    await continueOn(run, run.state.queue);
    return false;
  }
  if (isProved || (wasAnswered && (await isAllowedByHandshake(run, timeoutMs)))) {
    await noteProof(endpoint.url, clock.now());
    const changes = { verification: undefined, verifiedAt: isoNow(run), queue: 'prompt' as const };
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
