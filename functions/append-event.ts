import { randomUUID } from 'node:crypto';
import { type CloudEvent, parseEvent } from '../events/event.ts';
import { bytesOfValues, valuesOf } from '../events/event-values.ts';
import { storiesOf } from '../events/filters/stories-of.ts';
import { eventIdOf, eventIdPattern, sourceOf } from '../events/identity.ts';
import { Conflict, type InputError, InvalidInput, Redacted } from '../events/input/errors.ts';
import { assertEventSize, maximumErrors } from '../events/input/limits.ts';
import { maximumPace, paceOfEntry } from '../events/pace.ts';
import type { Revision, RevisionReference } from '../events/revision.ts';
import type { Warning } from '../events/warnings.ts';
import { assertMayWriteEvent } from './lib/append/access.ts';
import { acknowledge, acknowledgeBatch, type BatchResult } from './lib/append/acknowledgement.ts';
import { placeInBinaryMode } from './lib/append/binary-mode.ts';
import { eventsOf, type IncomingEvents } from './lib/append/cloud-events-request.ts';
import { closedStory, storiesClosedTo } from './lib/append/contributors.ts';
import { recordEvent } from './lib/append/record-event.ts';
import { warningsFor } from './lib/append/warnings-for.ts';
import { isStrict, withWarnings } from './lib/append/with-warnings.ts';
import { holdQuerySchema } from './lib/embargo/held-queries.ts';
import { readRevision } from './lib/event-log/log.ts';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { reservePace } from './lib/quota/pace.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { inParallel } from './lib/runtime/concurrency.ts';

/** A strict batch with warnings reads so many of its events side by side. */
const readersOfStored = 8;

/**
 * The events of a request. The check ends with the event that has the hundred-and-first error.
 *
 * @throws {InvalidInput} with the errors of all of them
 * @throws {TooLarge} for the first that is too large with the attributes that it gets
 */
function parsed({ events: incoming, binary }: IncomingEvents, source: string): CloudEvent[] {
  const errors: InputError[] = [];
  const events = incoming.flatMap(({ input, pointer, id }) => {
    if (errors.length > maximumErrors) return [];
    try {
      const event = parseEvent(input, { id: id ?? randomUUID(), source }, pointer);
      // It must be found before the first event of a batch is written or held.
      assertEventSize(event, pointer ?? '', true);
      return [event];
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      errors.push(...error.errors);
      return [];
    }
  });
  if (errors.length > 0) throw new InvalidInput(binary ? errors.map(placeInBinaryMode) : errors);
  return events;
}

async function resultOf(
  event: CloudEvent,
  follows: RevisionReference | null,
  request: KeyedRequest,
): Promise<BatchResult & { readonly stored?: Revision }> {
  try {
    const { revision, outcome } = await recordEvent(event, follows, request);
    return { id: revision.eventId, revision: revision.revision, outcome, stored: revision };
  } catch (error) {
    const isRefused = error instanceof Conflict || error instanceof Redacted;
    if (!isRefused) throw error;
    const outcome = error instanceof Conflict ? 'conflict' : 'redacted';
    return { id: eventIdOf(event.source, event.id), revision: 0, outcome };
  }
}

/**
 * Records events one after the other, each as following one before it: so they are published in the order of the batch,
 * whatever is interrupted and sent again.
 *
 * @param follows what the first of them follows
 */
async function recordBatch(
  events: readonly CloudEvent[],
  follows: RevisionReference | null,
  request: KeyedRequest,
): Promise<Answer> {
  const results: BatchResult[] = [];
  let before = follows;
  let hasBegun = false;
  for (const event of events) {
    const asked = before?.eventId === eventIdOf(event.source, event.id) ? null : before;
    const { stored, ...result } = await resultOf(event, asked, request);
    results.push(result);
    if (!stored) continue;
    // What follows something else was stored apart from this batch, and what comes after it would not wait for those
    // before it. A put whose answer was lost is a replay too, and one of this batch.
    const isOfBatch = stored.follows?.eventId === asked?.eventId;
    if (isOfBatch || !hasBegun) before = { eventId: result.id, revision: 0 };
    hasBegun ||= isOfBatch;
  }
  return acknowledgeBatch(results);
}

/**
 * What the header `Follows` names.
 *
 * @throws {InvalidInput} naming the header
 */
function followedBy({ headers }: KeyedRequest): RevisionReference | null {
  const { follows } = headers;
  if (follows === undefined) return null;
  if (eventIdPattern.test(follows)) return { eventId: follows, revision: 0 };
  const detail = 'Must be the id of an event as the API returned it, evt_ and 26 letters and digits, sent once.';
  throw new InvalidInput([{ header: 'follows', detail }]);
}

/**
 * Asserts that the newsroom may add the events to their stories. An event that is stored already is replayed, even if
 * its newsroom may not add events any more.
 *
 * @throws {Forbidden} for the first that it may not add
 */
async function assertMayAddEvents(events: readonly CloudEvent[], { caller, now }: KeyedRequest): Promise<void> {
  const closed = await storiesClosedTo(caller.newsroom, events.flatMap(storiesOf), now);
  if (closed.size === 0) return;
  for (const event of events) {
    const story = storiesOf(event).find((name) => closed.has(name));
    if (story === undefined || (await readRevision(eventIdOf(event.source, event.id), 0))) continue;
    throw closedStory(story, closed.get(story) as string);
  }
}

/**
 * The warnings for the events of a request. In binary mode a place is a pointer into the data. What is stored already
 * has been decided before: in a strict request it is replayed, whatever looks wrong.
 *
 * @throws {InvalidInput} in a strict request, if there are any
 */
async function warningsIn(
  events: readonly CloudEvent[],
  { events: incoming, binary }: IncomingEvents,
  request: KeyedRequest,
): Promise<Warning[]> {
  const placed = events.map((event, index) => ({ event, pointer: incoming[index]?.pointer }));
  const found = await warningsFor(placed, request);
  if (isStrict(request) && found.length > 0) {
    const isNew = await inParallel(events, readersOfStored, async ({ source, id }) => {
      return (await readRevision(eventIdOf(source, id), 0)) === null;
    });
    const fresh = placed.filter((_, index) => isNew[index]).map(({ pointer = '' }) => pointer);
    const isFresh = ({ pointer }: Warning) =>
      fresh.some((one) => one === '' || pointer.startsWith(`${one}/`) || pointer === one);
    const refused = found.filter((warning) => (warning.pointer === '' ? fresh.length > 0 : isFresh(warning)));
    if (refused.length > 0) throw new InvalidInput(binary ? refused.map(placeInBinaryMode) : refused);
  }
  return binary ? found.map((warning) => ({ ...warning, pointer: warning.pointer.replace(/^\/data/, '') })) : found;
}

/** Records one event or a batch, in any of the four modes, or holds them until their time. */
async function write(incoming: IncomingEvents, events: readonly CloudEvent[], request: KeyedRequest): Promise<Answer> {
  const { publishAt } = queryParameters(request, holdQuerySchema);
  if (publishAt !== undefined) {
    const { holdEvents } = await import('./lib/embargo/hold-events.ts');
    return holdEvents(events, publishAt, incoming.batch, request);
  }
  const follows = followedBy(request);
  if (incoming.batch) return recordBatch(events, follows, request);
  return acknowledge(await recordEvent(events[0] as CloudEvent, follows, request));
}

/**
 * What a batch takes of the pace. It never takes more than there is in a window: otherwise it could not be sent at all.
 */
function paceOf(events: readonly CloudEvent[], { caller: { newsroom } }: KeyedRequest): number {
  const all = events.map((event) => paceOfEntry(bytesOfValues(valuesOf({ event, newsroom }))));
  return Math.min(
    maximumPace,
    all.reduce((sum, one) => sum + one, 0),
  );
}

/**
 * Writes the events of a request. Nothing is written unless all of them are valid and allowed. A batch reserves its
 * pace before anything is done for each of its events, which takes seconds: so it bounds batches that are held, refused
 * for warnings or replayed, too.
 *
 * @throws {PaceExceeded} if the newsroom writes too fast. Nothing is written then
 */
async function appendEvent(request: KeyedRequest): Promise<Answer> {
  const incoming = eventsOf(request);
  const events = parsed(incoming, sourceOf(request.caller.newsroom));
  for (const event of events) assertMayWriteEvent(request.caller, event);
  const isBatch = events.length > 1;
  if (isBatch) await reservePace(request.caller.newsroom, paceOf(events, request));
  await assertMayAddEvents(events, request);
  const warnings = await warningsIn(events, incoming, request);
  const answer = withWarnings(await write(incoming, events, request), warnings);
  return { ...answer, ...(isBatch && { paced: 0 }) };
}

export const handler = writingRoute(appendEvent);
