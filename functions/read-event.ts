import type * as z from 'zod';
import { eventIdOf } from '../events/identity.ts';
import { Gone, InvalidInput, NotFound, NotPublishedYet } from '../events/input/errors.ts';
import { isRedacted } from '../events/redaction.ts';
import type { PublishedRevision } from '../events/revision.ts';
import { entryOf } from '../events/timeline/entry.ts';
import { feedHead } from './lib/event-log/feed.ts';
import { redactedErrorOf } from './lib/event-log/redacted-error.ts';
import type { Answer } from './lib/http/answer.ts';
import { assertNotFuture } from './lib/http/as-of.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { digestOfBody, entityTag } from './lib/http/entity-tag.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { tagWithDigest } from './lib/http/revision-tag.ts';
import { latestShown, shownAsOf, shownRevisionAt } from './lib/read/changes/shown-revisions.ts';
import { assertPublished } from './lib/read/event/published-event.ts';
import { eventQuerySchema, ownIdQuerySchema } from './lib/read/query/event-queries.ts';
import { publicRoute } from './lib/route/route.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';

type Query = z.output<typeof eventQuerySchema>;

function gone({ eventId, event, note, publishedAt, revision }: PublishedRevision): Gone {
  return new Gone('This event was retracted; the note says why.', {
    id: eventId,
    story: event.subject,
    eventType: event.type,
    note,
    retractedAt: publishedAt,
    revision,
  });
}

/** The requested revision: by its number, by an instant, else the latest. */
async function chosenOf(eventId: string, { revision, asOf }: Query): Promise<PublishedRevision> {
  const chosen =
    asOf !== undefined
      ? await shownAsOf(eventId, asOf)
      : revision !== undefined && (await shownRevisionAt(eventId, revision));
  if (chosen) {
    assertPublished(chosen, false);
    return chosen;
  }
  const isOlderAsked = revision !== undefined || asOf !== undefined;
  const { published, waiting } = await latestShown(eventId, isOlderAsked ? 'consistent' : 'eventual');
  assertPublished(published, waiting);
  if (asOf !== undefined) throw new NotFound('The event was not published yet at that instant.');
  if (revision === undefined) return published;
  if (waiting) throw new NotPublishedYet('The revision was accepted but is not published yet. Try again in a second.');
  throw new NotFound(`The event has no revision ${revision}.`);
}

/**
 * Refuses an instant that lies ahead of this clock and of the record.
 *
 * @throws {InvalidInput} naming `asOf`
 */
async function assertReached(asOf: string, now: number): Promise<void> {
  if (Date.parse(asOf) > now) assertNotFuture(asOf, now, (await feedHead()).publishedAt);
}

/**
 * The moment that the timelines have come to: what was published before it can never change. The record may be ahead of
 * them, but then a replica, or half of a transaction, may not show it yet. To be read before the event: what is
 * published afterwards is later.
 *
 * @returns RFC 3339; null if the answer is about now
 */
async function settledBefore({ revision, asOf }: Query): Promise<string | null> {
  return asOf === undefined && revision === undefined ? null : (await readCheckpoint()).publishedAt;
}

/**
 * The entity tag of an entry: its revision, by which it is changed. A revision after a correction may show the note of
 * that, which can be taken down alone: then the entry changes, and so does the digest behind its revision. A story that
 * moved to another slug leaves no salt.
 */
function tagOf({ kind, revision, commitment, salt }: PublishedRevision, body: string): string {
  const isMoved = commitment !== undefined && salt === undefined;
  const isAsWritten = (kind === 'recorded' || kind === 'corrected') && !isMoved;
  return isAsWritten ? String(revision) : tagWithDigest(revision, digestOfBody(body));
}

/**
 * The event that a request names: by its public id in the path, or by the id and the source of its newsroom in the
 * query.
 */
function namedBy(request: Request): Query & { readonly eventId: string } {
  if (request.pathParameters.id !== undefined) {
    return { ...queryParameters(request, eventQuerySchema), eventId: eventIdIn(request) };
  }
  const { id, source, ...query } = queryParameters(request, ownIdQuerySchema);
  return { ...query, eventId: eventIdOf(source, id) };
}

/** Answers one event as it is now, as of one of its revisions, or as of an instant. */
async function readEvent(request: Request): Promise<Answer> {
  const query = namedBy(request);
  const { asOf, eventId, revision: number } = query;
  if (asOf !== undefined && number !== undefined) {
    throw new InvalidInput([{ parameter: 'asOf', detail: 'Cannot be combined with revision. Send one of them.' }]);
  }
  if (asOf !== undefined) await assertReached(asOf, request.now);
  const settled = await settledBefore(query);
  const revision = await chosenOf(eventId, query);
  if (isRedacted(revision)) throw await redactedErrorOf(revision);
  if (revision.kind === 'retracted') throw gone(revision);
  const body = JSON.stringify(entryOf(revision));
  const isImmutable = settled !== null && (asOf ?? revision.publishedAt) < settled;
  return {
    status: 200,
    headers: {
      ...(isImmutable ? immutableCaching : liveCaching),
      ...(request.pathParameters.id === undefined && { 'content-location': `/v1/events/${eventId}` }),
      etag: entityTag(tagOf(revision, body)),
      'content-type': 'application/json',
    },
    body,
  };
}

export const handler = publicRoute(readEvent);
