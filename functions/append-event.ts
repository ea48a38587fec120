import { randomUUID } from 'node:crypto';
import { decide, evolve, initialState } from '../events/decide.ts';
import { type CloudEvent, parseEvent } from '../events/event.ts';
import { eventIdOf } from '../events/identity.ts';
import { Conflict, type InputError, InvalidInput } from '../events/input/errors.ts';
import { assertMayWriteEvent } from './lib/append/access.ts';
import { acknowledge, acknowledgeBatch, type BatchResult } from './lib/append/acknowledgement.ts';
import type { Appended } from './lib/append/append-revision.ts';
import { placeInBinaryMode } from './lib/append/binary-mode.ts';
import { eventsOf, type IncomingEvents } from './lib/append/cloud-events-request.ts';
import { append } from './lib/event-log/log.ts';
import type { Answer } from './lib/http/answer.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { keyedRoute } from './lib/route/route.ts';
import { inParallel } from './lib/runtime/in-parallel.ts';
import { count } from './lib/runtime/observability.ts';

const appendsAtOnce = 16;

/** The events of a request. @throws {InvalidInput} with the errors of all of them */
function parsed({ events: incoming, binary }: IncomingEvents, source: string): CloudEvent[] {
  const errors: InputError[] = [];
  const events = incoming.flatMap(({ input, pointer, id }) => {
    try {
      return [parseEvent(input, { id: id ?? randomUUID(), source }, pointer)];
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      errors.push(...error.errors);
      return [];
    }
  });
  if (errors.length > 0) throw new InvalidInput(binary ? errors.map(placeInBinaryMode) : errors);
  return events;
}

/**
 * Records an event, or finds it recorded already, in one conditional put.
 *
 * @throws {Conflict} if another event with other content has its id
 */
async function recordEvent(event: CloudEvent, { caller, now, requestId }: KeyedRequest): Promise<Appended> {
  const command = { kind: 'record', event, newsroom: caller.newsroom } as const;
  const [revision] = decide(command, initialState, now);
  if (!revision) throw new TypeError('A first revision is always decided.');
  const stored = await append(revision, requestId);
  if (!stored) {
    count('EventsAppended');
    return { revision, outcome: 'created' };
  }
  try {
    decide(command, evolve(initialState, stored), now);
  } catch (error) {
    count('AppendConflicts');
    throw error;
  }
  count('EventsReplayed');
  return { revision: stored, outcome: 'replayed' };
}

async function resultOf(event: CloudEvent, request: KeyedRequest): Promise<BatchResult> {
  try {
    const { revision, outcome } = await recordEvent(event, request);
    return { id: revision.eventId, revision: revision.revision, outcome };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return { id: eventIdOf(event.source, event.id), revision: 0, outcome: 'conflict' };
  }
}

/** Records events of one id in their order, so that the first of them is recorded, and different ids side by side. */
async function recordBatch(events: readonly CloudEvent[], request: KeyedRequest): Promise<Answer> {
  const byId = [...Map.groupBy(events.keys(), (index) => events[index]?.id).values()];
  const results: BatchResult[] = [];
  await inParallel(byId, appendsAtOnce, async (indexes) => {
    for (const index of indexes) results[index] = await resultOf(events[index] as CloudEvent, request);
  });
  return acknowledgeBatch(results);
}

/** Records one event or a batch, in any of the four modes. Nothing is written unless all events are valid and allowed. */
async function appendEvent(request: KeyedRequest): Promise<Answer> {
  const incoming = eventsOf(request);
  const events = parsed(incoming, `/newsrooms/${request.caller.newsroom}`);
  for (const event of events) assertMayWriteEvent(request.caller, event);
  if (incoming.batch) return recordBatch(events, request);
  return acknowledge(await recordEvent(events[0] as CloudEvent, request));
}

export const handler = keyedRoute(appendEvent);
