import * as z from 'zod';
import { validate } from '../events/validation.ts';
import { acknowledge } from './lib/acknowledgement.ts';
import { change } from './lib/change.ts';
import { allowedFor, eventIdIn, noteSchema, patchSchema } from './lib/change-request.ts';
import { type Answer, type Caller, type Request, writeRoute } from './lib/http.ts';
import { ifMatchRevision } from './lib/if-match.ts';
import { jsonBody } from './lib/json-body.ts';

const bodySchema = z.strictObject({ note: noteSchema, data: patchSchema });

/** Appends a correction: what the event says from now on, with a note that says why. */
async function correctEvent(request: Request & { caller: Caller }): Promise<Answer> {
  const { caller, now, requestId } = request;
  const eventId = eventIdIn(request);
  const expected = ifMatchRevision(request.headers);
  const body = jsonBody(request);
  validate(bodySchema, body);
  const command = { kind: 'correct', ...body, expected, newsroom: caller.newsroom } as const;
  return acknowledge(await change(eventId, command, { now, requestId, allowed: allowedFor(caller) }));
}

export const handler = writeRoute('events:write', correctEvent);
