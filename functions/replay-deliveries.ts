import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { assertReceives, endpointIn, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import type { ReplayAnswer } from './lib/endpoints/replay.ts';
import { replaySchema } from './lib/endpoints/replay.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import { feedHead } from './lib/event-log/feed.ts';
import { assertPosition } from './lib/event-log/requested-position.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { markSkipped } from './lib/subscribers/deliveries/mark-skipped.ts';
import { joinedBackfill } from './lib/subscribers/endpoints/joined-backfill.ts';

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
        backfill: joinedBackfill(state.backfill, requested),
        skipped: undefined,
      },
      due: { at: new Date(request.now).toISOString(), queue: state.queue },
    };
  });
  const body: ReplayAnswer = { from, to, onlyMissing, endpoint: await endpointAnswer(replayed) };
  return { status: 202, body };
}

export const handler = writingRoute(replay);
