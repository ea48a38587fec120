import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { assertReceives, endpointIn, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import type { ReplayAnswer } from './lib/endpoints/replay.ts';
import { replaySchema } from './lib/endpoints/replay.ts';
import { assertPosition } from './lib/endpoints/start-position.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import { feedHead } from './lib/event-log/feed.ts';
import type { Answer } from './lib/http/answer.ts';
import { keyedRoute } from './lib/route/route.ts';
import type { Backfill } from './lib/subscribers/endpoint-state.ts';
import { markSkipped } from './lib/subscribers/mark-skipped.ts';

const everything = Number.POSITIVE_INFINITY;

/** The last position that is sent again to who has acknowledged it; -1 if there is none. */
function resentThrough({ resend, resendThrough = everything }: Backfill): number {
  return resend ? resendThrough : -1;
}

/** Both stretches of the past as one: what lies between them is looked at too. */
function together(one: Backfill | undefined, other: Backfill & { readonly to: number }): Backfill {
  if (!one) return other;
  const through = Math.max(resentThrough(one), resentThrough(other));
  return {
    next: Math.min(one.next, other.next),
    to: one.to === null ? null : Math.max(one.to, other.to),
    resend: through >= 0,
    ...(through >= 0 && through < everything && { resendThrough: through }),
  };
}

/** Sends again what an endpoint was sent of a stretch of the record, and what of it is meant for it by now; at its own pace. */
async function replay(request: OwnerRequest): Promise<Answer> {
  const { from, to: last, onlyMissing = false } = readBody(request, replaySchema);
  await endpointIn(request);
  const { position: head } = await feedHead();
  assertPosition(from, head, '/from');
  const to = Math.min(last ?? head, head);
  const asked = { next: from, to, resend: !onlyMissing, ...(!onlyMissing && { resendThrough: to }) };
  const replayed = await updateEndpoint(request, async ({ state }) => {
    assertReceives(state);
    await markSkipped(state, { from, to }, request.remainingMs);
    return {
      state: {
        sendAfter: Math.min(state.sendAfter, from - 1),
        backfill: together(state.backfill, asked),
        skipped: undefined,
      },
      due: { at: new Date(request.now).toISOString(), lane: state.lane },
    };
  });
  const body: ReplayAnswer = { from, to, onlyMissing, endpoint: await endpointAnswer(replayed) };
  return { status: 202, body };
}

export const handler = keyedRoute(replay);
