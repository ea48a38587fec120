import { existing } from '../events/decisions/decide-held.ts';
import { type CloudEvent, parseEvent } from '../events/event.ts';
import { storiesOf } from '../events/filters/stories-of.ts';
import { heldBytesOf, publishAtOf } from '../events/held-event.ts';
import { InvalidInput } from '../events/input/errors.ts';
import { placeInBinaryMode } from './lib/append/binary-mode.ts';
import { eventsOf } from './lib/append/cloud-events-request.ts';
import { assertMayAdd } from './lib/append/contributors.ts';
import { preconditionsOf } from './lib/append/preconditions.ts';
import { warningsFor } from './lib/append/warnings-for.ts';
import { withWarnings } from './lib/append/with-warnings.ts';
import { changeHeld } from './lib/embargo/change-held.ts';
import { answerWithHeld } from './lib/embargo/held-answer.ts';
import { replaceQuerySchema } from './lib/embargo/held-queries.ts';
import { allowedTo } from './lib/embargo/held-request.ts';
import { readHeld } from './lib/held-events/held-events.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { isDryRun } from './lib/runtime/dry-run.ts';

/** The event in the body, in any mode but as a batch. Its id and its source are empty if they are left out. */
function eventOf(request: KeyedRequest): CloudEvent {
  const { events, batch, binary } = eventsOf(request);
  if (batch) throw new InvalidInput([{ pointer: '', detail: 'Must be one event, not a batch.' }]);
  try {
    return parseEvent(events[0]?.input, { id: '', source: '' });
  } catch (error) {
    if (!(error instanceof InvalidInput) || !binary) throw error;
    throw new InvalidInput(error.errors.map(placeInBinaryMode));
  }
}

/** The event with the id and the source of the held one. @throws {InvalidInput} if it has others */
function identifiedBy(held: CloudEvent, event: CloudEvent): CloudEvent {
  const { id, source } = held;
  for (const name of ['id', 'source'] as const) {
    if (event[name] === '' || event[name] === held[name]) continue;
    throw new InvalidInput([{ pointer: `/${name}`, detail: 'Must be that of the held event, or be left out.' }]);
  }
  return { ...event, id, source };
}

/** Replaces a held event, and the instant of its publication if one is given. */
async function replace(request: KeyedRequest): Promise<Answer> {
  const { caller, now, headers } = request;
  const { newsroom } = caller;
  const eventId = eventIdIn(request);
  const { publishAt } = queryParameters(request, replaceQuerySchema);
  const { expected } = preconditionsOf(headers);
  const sent = eventOf(request);
  const held = existing(await readHeld(newsroom, eventId));
  const allowed = allowedTo(request);
  allowed(held);
  const event = identifiedBy(held.event, sent);
  await assertMayAdd(newsroom, storiesOf(event), now);
  const command = {
    kind: 'replace',
    event,
    ...(publishAt !== undefined && { publishAt: publishAtOf(publishAt, now) }),
    ...(expected !== undefined && { expected }),
  } as const;
  const { after } = await changeHeld({ newsroom, eventId, command, now, allowed });
  if (!after) throw new TypeError('An event that is replaced is held then.');
  const answer = answerWithHeld(after, { written: { changes: 1, bytes: heldBytesOf(after) } });
  return withWarnings(answer, isDryRun() ? await warningsFor([{ event }], request) : []);
}

export const handler = writingRoute(replace);
