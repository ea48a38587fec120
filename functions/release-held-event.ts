import { NotFound } from '../events/input/errors.ts';
import { isRedacted } from '../events/redaction.ts';
import { assertMayWriteEvent } from './lib/append/access.ts';
import { acknowledge } from './lib/append/acknowledgement.ts';
import type { Appended } from './lib/append/append-revision.ts';
import { assertNotTakenDown } from './lib/append/record-event.ts';
import { changeHeld } from './lib/embargo/change-held.ts';
import { allowedTo, assertNoBody } from './lib/embargo/held-request.ts';
import { publishHeld } from './lib/embargo/publish-held.ts';
import { readRevision } from './lib/event-log/log.ts';
import { redactedErrorOf } from './lib/event-log/redacted-error.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

/**
 * The event, if it was published before: a release that is sent again is a replay.
 *
 * @throws {NotFound} the given error, if it was not
 */
async function publishedBefore(eventId: string, { caller }: KeyedRequest, error: NotFound): Promise<Appended> {
  const revision = await readRevision(eventId, 0);
  if (revision?.newsroom !== caller.newsroom) throw error;
  if (isRedacted(revision)) throw await redactedErrorOf(revision);
  assertMayWriteEvent(caller, revision.event);
  await assertNotTakenDown(revision);
  return { revision, outcome: 'replayed' };
}

async function released(eventId: string, request: KeyedRequest): Promise<Appended> {
  const { caller, now, requestId } = request;
  const command = { kind: 'release' } as const;
  try {
    const { after } = await changeHeld({
      newsroom: caller.newsroom,
      eventId,
      command,
      now,
      allowed: allowedTo(request),
    });
    if (!after) throw new TypeError('A held event that is released is held until it is published.');
    return await publishHeld(after, null, { now, requestId });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return publishedBefore(eventId, request, error);
  }
}

/** Publishes a held event at once. It counted against the quota when it was sent. */
async function release(request: KeyedRequest): Promise<Answer> {
  assertNoBody(request);
  return { ...acknowledge(await released(eventIdIn(request), request)), written: {} };
}

export const handler = writingRoute(release);
