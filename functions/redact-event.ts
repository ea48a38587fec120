import { validate } from '../events/input/validation.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { jsonBody } from './lib/http/json-body.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { inSlot, wholeReadsToRedact } from './lib/keys/slots.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { redact } from './lib/redact/redact.ts';
import { assertMayRedact } from './lib/redact/redaction-access.ts';
import { redactionAnswer } from './lib/redact/redaction-answer.ts';
import { redactionBodySchema } from './lib/redact/redaction-body.ts';
import { storedRedactionAt } from './lib/redact/stored-redaction.ts';
import { listedBy } from './lib/redactions/redaction-state.ts';
import { isDryRun } from './lib/runtime/dry-run.ts';
import { dynamodb } from './lib/runtime/dynamodb.ts';
import { environment } from './lib/runtime/environment.ts';

const table = { client: dynamodb, name: environment('ACCESS_TABLE') };

/**
 * Takes down an event of the caller's newsroom, or some of its revisions. What follows is done in the background.
 *
 * @throws {TooManyRequests} when the newsroom has as many requests under way as it may that read all revisions of an
 *   event
 */
async function redactEvent(request: KeyedRequest): Promise<Answer> {
  const { caller, now, requestId } = request;
  const eventId = eventIdIn(request);
  const body = jsonBody(request);
  validate(redactionBodySchema, body);
  const { reason, note, revisions, confirmNote = false } = body;
  const { revision, outcome, reach } = await redact(
    { eventId, newsroom: caller.newsroom, reason, note, ...(revisions && { revisions }), confirmNote },
    {
      now,
      requestId,
      allowed: (latest) => assertMayRedact(caller, latest),
      inTurn: (work) =>
        inSlot({ table, newsroom: caller.newsroom, requests: wholeReadsToRedact }, request.remainingMs(), work),
    },
  );
  const isReplayed = outcome === 'replayed';
  const stored = isReplayed ? await storedRedactionAt(eventId, revision.revision) : null;
  return {
    status: isReplayed ? 200 : 202,
    headers: {
      location: `/v1/events/${eventId}/redaction`,
      ...(isReplayed && { 'idempotency-replayed': 'true' }),
    },
    body: {
      ...redactionAnswer(stored ?? { ...listedBy(revision), step: 'publish' }),
      ...(isDryRun() && reach && { reaches: reach }),
    },
    written: isReplayed ? {} : { changes: 1, bytes: Buffer.byteLength(JSON.stringify(revision.event)) },
  };
}

export const handler = writingRoute(redactEvent);
