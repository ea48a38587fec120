import { StateConflict } from '../events/input/errors.ts';
import { paceOfEndpointChange } from '../events/pace.ts';
import { enablingSchema } from '../events/webhooks/webhook-endpoint.ts';
import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import { positionBefore } from './lib/event-log/requested-position.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { activated, noFailures, resumed } from './lib/subscribers/endpoints/activation.ts';
import {
  type EndpointState,
  newVerification,
  type StateChanges,
  settledTo,
} from './lib/subscribers/endpoints/endpoint-state.ts';
import { countVerification } from './lib/subscribers/endpoints/request-counters.ts';

const queue = 'prompt';

/**
 * The changes that let an endpoint resume.
 *
 * @param before the position after which it resumes, and messages are sent again even if they were acknowledged; null
 *   for its backlog
 */
function resumedAfter(state: EndpointState, before: number | null): StateChanges {
  if (before === null) return resumed(state);
  const { sendAfter, settledThrough, skipped = { after: sendAfter, through: before } } = state;
  return {
    ...settledTo(state, before),
    backfill: { next: before + 1, to: null, resend: before < settledThrough },
    ...(before > sendAfter && {
      skipped: { after: Math.min(skipped.after, sendAfter), through: Math.max(skipped.through, before) },
    }),
  };
}

/**
 * Enables a disabled endpoint. It is verified first if it never was, or not since its URL changed. An endpoint that is
 * retrying need not wait for its next attempt any more.
 */
async function enable(request: OwnerRequest): Promise<Answer> {
  const { caller, now } = request;
  const { resumeFrom = 'backlog' } = readBody(request, enablingSchema);
  const before = resumeFrom === 'backlog' ? null : await positionBefore(resumeFrom, '/resumeFrom');
  const due = { at: new Date(now).toISOString(), queue } as const;
  let counted = false;
  const enabled = await updateEndpoint(request, async ({ endpoint, state }) => {
    if (state.status !== 'disabled') {
      if (before !== null)
        throw new StateConflict('The endpoint is not disabled: disable it first, to resume from another position.');
      return state.status === 'retrying' ? { state: { nextAttemptAt: undefined, queue }, due } : null;
    }
    const resuming = { ...resumedAfter(state, before), queue } as const;
    if (endpoint.verifiedAt !== null) return { state: { ...activated(state), ...resuming }, due };
    if (!counted) await countVerification(caller.newsroom, endpoint.url, now);
    counted = true;
    const pending = { status: 'pending', disabledReason: undefined, verification: newVerification(now) } as const;
    return { state: { ...noFailures, ...pending, ...resuming }, due };
  });
  return { status: 200, body: await endpointAnswer(enabled), paced: paceOfEndpointChange };
}

export const handler = writingRoute(enable);
