import type * as z from 'zod';
import type { CloudEvent } from '../../../events/event.ts';
import { heldBytesOf, publishAtOf } from '../../../events/held-event.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { Conflict, InvalidInput, Redacted, StateConflict } from '../../../events/input/errors.ts';
import type { Revision } from '../../../events/revision.ts';
import { acknowledge } from '../append/acknowledgement.ts';
import { assertSame } from '../append/record-event.ts';
import { readRevision } from '../event-log/log.ts';
import type { Answer } from '../http/answer.ts';
import type { KeyedRequest } from '../http/request.ts';
import { changeHeld } from './change-held.ts';
import { answerWithHeld, type HeldResult, type heldResultsSchema } from './held-answer.ts';

/**
 * The same event in the record already; null if its id is free.
 *
 * @throws {Conflict} if another event has its id
 * @throws {Redacted} if the event of its id was taken down
 */
async function published(event: CloudEvent, request: KeyedRequest): Promise<Revision | null> {
  const stored = await readRevision(eventIdOf(event.source, event.id), 0);
  if (stored) await assertSame(event, stored, request);
  return stored;
}

async function holdOne(event: CloudEvent, publishAt: string, place: number, request: KeyedRequest) {
  const { caller, now } = request;
  const revision = await published(event, request);
  if (revision) return { revision };
  const { newsroom } = caller;
  const command = { kind: 'hold', event, newsroom, publishAt, place } as const;
  const { before, after } = await changeHeld({
    newsroom,
    eventId: eventIdOf(event.source, event.id),
    command,
    now,
  });
  if (!after) throw new TypeError('An event that is to be held is held then.');
  return { held: after, isNew: before === null };
}

async function resultOf(
  event: CloudEvent,
  publishAt: string,
  place: number,
  request: KeyedRequest,
): Promise<HeldResult> {
  const id = eventIdOf(event.source, event.id);
  try {
    const { revision, isNew } = await holdOne(event, publishAt, place, request);
    if (revision) return { id, outcome: 'published' };
    return { id, outcome: isNew ? 'held' : 'replayed' };
  } catch (error) {
    if (error instanceof Conflict) return { id, outcome: 'conflict' };
    if (error instanceof Redacted) return { id, outcome: 'redacted' };
    if (error instanceof StateConflict) return { id, outcome: 'no-room' };
    throw error;
  }
}

/**
 * Holds events one after the other. Where there is no room for one, those after it are not held either: it would come
 * after them.
 */
async function holdBatch(events: readonly CloudEvent[], publishAt: string, request: KeyedRequest): Promise<Answer> {
  const results: HeldResult[] = [];
  for (const [place, event] of events.entries()) {
    const isFull = results.some(({ outcome }) => outcome === 'no-room');
    const result: HeldResult = isFull
      ? { id: eventIdOf(event.source, event.id), outcome: 'not-tried' }
      : await resultOf(event, publishAt, place, request);
    results.push(result);
  }
  const body: z.infer<typeof heldResultsSchema> = { publishAt, results };
  return { status: 200, body, written: { events: results.filter(({ outcome }) => outcome === 'held').length } };
}

/**
 * Holds events until an instant, instead of recording them. Nothing of them is written to the record before.
 *
 * @param text the parameter `publishAt`
 * @param isBatch whether the answer has an outcome for each
 * @throws {InvalidInput} naming `publishAt`, or the header `Follows`, which means nothing here
 */
export async function holdEvents(
  events: readonly CloudEvent[],
  text: string,
  isBatch: boolean,
  request: KeyedRequest,
): Promise<Answer> {
  const publishAt = publishAtOf(text, request.now);
  if (request.headers.follows !== undefined) {
    const detail =
      'Does not apply to held events: they are published in the order of publishAt, and those of one instant as they were sent. Leave it out.';
    throw new InvalidInput([{ header: 'follows', detail }]);
  }
  if (isBatch) return holdBatch(events, publishAt, request);
  const [event] = events;
  const { revision, held, isNew } = await holdOne(event as CloudEvent, publishAt, 0, request);
  if (!held) return acknowledge({ revision: revision as Revision, outcome: 'replayed' });
  const location = `/v1/held-events/${held.eventId}`;
  if (!isNew) return answerWithHeld(held, { headers: { location, 'idempotency-replayed': 'true' }, written: {} });
  return answerWithHeld(held, {
    status: 202,
    headers: { location },
    written: { events: 1, bytes: heldBytesOf(held) },
  });
}
