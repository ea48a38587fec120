import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { assertReceives, endpointIn, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { markSkipped } from './lib/endpoints/mark-skipped.ts';
import type { ReplayAnswer } from './lib/endpoints/replay.ts';
import { replaySchema } from './lib/endpoints/replay.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import { feedHead } from './lib/event-log/feed.ts';
import { assertPosition } from './lib/event-log/requested-position.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import type { Backfill } from './lib/subscribers/endpoint-state.ts';

const noLimit = Number.POSITIVE_INFINITY;

/** The last position that is sent again although it was acknowledged; -1 if there is none. */
function resentThrough({ resend, resendThrough = noLimit }: Backfill): number {
  return resend ? resendThrough : -1;
}

/** One backfill of both ranges. The positions between them are searched too. */
function joined(one: Backfill | undefined, other: Backfill & { readonly to: number }): Backfill {
  if (!one) return other;
  const through = Math.max(resentThrough(one), resentThrough(other));
  return {
    next: Math.min(one.next, other.next),
    to: one.to === null ? null : Math.max(one.to, other.to),
    resend: through >= 0,
    ...(through >= 0 && through < noLimit && { resendThrough: through }),
  };
}

/** Sends the messages in a range of positions again: what the endpoint received, and what its filter matches now. */
async function replay(request: OwnerRequest): Promise<Answer> {
  const { from, to: last, onlyMissing = false } = readBody(request, replaySchema);
  await endpointIn(request);
  const { position: head } = await feedHead();
  assertPosition(from, head, '/from');
  const to = Math.min(last ?? head, head);
  const requested = { next: from, to, resend: !onlyMissing, ...(!onlyMissing && { resendThrough: to }) };
  const replayed = await updateEndpoint(request, async ({ state }) => {
    assertReceives(state);
    await markSkipped(state, { from, to }, request.remainingMs);
    return {
      state: {
        sendAfter: Math.min(state.sendAfter, from - 1),
        backfill: joined(state.backfill, requested),
        skipped: undefined,
      },
      due: { at: new Date(request.now).toISOString(), queue: state.queue },
    };
  });
  const body: ReplayAnswer = { from, to, onlyMissing, endpoint: await endpointAnswer(replayed) };
  return { status: 202, body };
}

export const handler = writingRoute(replay);
