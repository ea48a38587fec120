import { type CloudEvent, parseEvent } from '../../../events/event.ts';
import { eventIdOf, sourceOf } from '../../../events/identity.ts';
import { type InputError, InvalidInput } from '../../../events/input/errors.ts';
import { assertEventSize } from '../../../events/input/limits.ts';
import { validate } from '../../../events/input/validation.ts';
import type { Answer } from '../http/answer.ts';
import { jsonBody } from '../http/json-body.ts';
import { queryParameters } from '../http/query-parameters.ts';
import type { KeyedRequest } from '../http/request.ts';
import { assertMayWriteEvent } from './access.ts';
import { acknowledge } from './acknowledgement.ts';
import { appendRevision } from './append-revision.ts';
import { assertMayAddStories } from './contributors.ts';
import { preconditionsOf } from './preconditions.ts';
import { putBodySchema, putQuerySchema } from './put-request.ts';
import { warningsFor } from './warnings-for.ts';
import { assertNoWarnings, withWarnings } from './with-warnings.ts';

/** An event may repeat what the query says, and cannot say anything else. */
function assertNamed(event: CloudEvent, named: Pick<CloudEvent, 'id' | 'source'>): void {
  const errors: InputError[] = (['id', 'source'] as const)
    .filter((attribute) => event[attribute] !== named[attribute])
    .map((attribute) => ({
      pointer: `/event/${attribute}`,
      detail: `Is not the ${attribute} in the query, ${named[attribute]}. Leave it out, or send the same.`,
    }));
  if (errors.length > 0) throw new InvalidInput(errors);
}

/**
 * Puts an event by the id that its newsroom gave it: the event is recorded if there is none, left as it is if it is the
 * same, and corrected if it has other content and the body has a note.
 */
export async function putEvent(request: KeyedRequest): Promise<Answer> {
  const { caller, now, requestId, headers } = request;
  const { id, source = sourceOf(caller.newsroom) } = queryParameters(request, putQuerySchema);
  const { expected } = preconditionsOf(headers);
  const body = jsonBody(request);
  validate(putBodySchema, body);
  assertEventSize(body.event, { pointer: '/event' });
  const event = parseEvent(body.event, { id, source }, '/event');
  assertNamed(event, { id, source });
  assertMayWriteEvent(caller, event);
  const { note } = body;
  const optional = { ...(note !== undefined && { note }), ...(expected !== undefined && { expected }) };
  const command = { kind: 'put', event, newsroom: caller.newsroom, ...optional } as const;
  const warnings = await warningsFor([{ event, pointer: '/event' }], request);
  const appended = await appendRevision(eventIdOf(source, id), command, {
    now,
    requestId,
    allowed: ({ event: known, newsroom }) => {
      if (newsroom === caller.newsroom) assertMayWriteEvent(caller, known);
    },
    mayFollow: async (latest, next) => {
      await assertMayAddStories(latest, next, now);
      assertNoWarnings(warnings, request);
    },
  });
  return withWarnings(acknowledge(appended), warnings);
}
