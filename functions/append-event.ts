import type { CloudEvent } from '../events/event.ts';
import { bytesOfValues, valuesOf } from '../events/event-values.ts';
import { sourceOf } from '../events/identity.ts';
import { maximumPace, paceOfEntry } from '../events/pace.ts';
import { assertMayWriteEvent } from './lib/append/access.ts';
import { assertMayAddEvents } from './lib/append/assert-may-add-events.ts';
import { eventsOf } from './lib/append/cloud-events-request.ts';
import { parseEvents } from './lib/append/parse-events.ts';
import { recordEvents } from './lib/append/record-events.ts';
import { requestWarnings } from './lib/append/request-warnings.ts';
import { withWarnings } from './lib/append/with-warnings.ts';
import { holdQuerySchema } from './lib/embargo/held-queries.ts';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { reservePace } from './lib/quota/pace.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

/** Records one event or a batch, in any of the four modes, or holds them until their time. */
async function write(events: readonly CloudEvent[], isBatch: boolean, request: KeyedRequest): Promise<Answer> {
  const { publishAt } = queryParameters(request, holdQuerySchema);
  if (publishAt === undefined) return recordEvents(events, isBatch, request);
  const { holdEvents } = await import('./lib/embargo/hold-events.ts');
  return holdEvents(events, publishAt, isBatch, request);
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
  const events = parseEvents(incoming, sourceOf(request.caller.newsroom));
  for (const event of events) assertMayWriteEvent(request.caller, event);
  const areSeveral = events.length > 1;
  if (areSeveral) await reservePace(request.caller.newsroom, paceOf(events, request));
  await assertMayAddEvents(events, request);
  const warnings = await requestWarnings(events, incoming, request);
  const answer = withWarnings(await write(events, incoming.batch, request), warnings);
  return { ...answer, ...(areSeveral && { paced: 0 }) };
}

export const handler = writingRoute(appendEvent);
