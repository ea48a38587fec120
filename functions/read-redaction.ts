import { NotFound } from '../events/input/errors.ts';
import { latestRevision } from './lib/event-log/log.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { assertMayRedact } from './lib/redact/redaction-access.ts';
import { redactionAnswer } from './lib/redact/redaction-answer.ts';
import { storedRedaction } from './lib/redact/stored-redaction.ts';
import { keyedRoute } from './lib/route/route.ts';

/** Answers how far the last redaction of an event has come. */
async function readRedaction(request: KeyedRequest): Promise<Answer> {
  const { caller } = request;
  const eventId = eventIdIn(request);
  const latest = await latestRevision(eventId);
  if (latest?.newsroom !== caller.newsroom) throw new NotFound('Your newsroom has no event with this id.');
  assertMayRedact(caller, latest);
  const stored = await storedRedaction(eventId);
  if (!stored) throw new NotFound('Nothing of this event was taken down.');
  return { status: 200, body: redactionAnswer(stored) };
}

export const handler = keyedRoute(readRedaction);
