import type * as z from 'zod';
import { Gone, InvalidInput, NotFound } from '../events/input/errors.ts';
import type { PublishedRevision } from '../events/revision.ts';
import { fieldsChanged } from '../events/timeline/changes.ts';
import { entryOf } from '../events/timeline/entry.ts';
import { feedHead } from './lib/event-log/feed.ts';
import type { Answer } from './lib/http/answer.ts';
import { assertNotFuture } from './lib/http/as-of.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { eventQuerySchema } from './lib/read/event-queries.ts';
import { publishedEvent } from './lib/read/published-event.ts';
import { publicRoute } from './lib/route/route.ts';

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
function chosenOf(published: readonly PublishedRevision[], waiting: boolean, { revision, asOf }: Query) {
  if (asOf !== undefined) {
    const then = published.findLast(({ publishedAt }) => publishedAt <= asOf);
    if (!then) throw new NotFound('The event was not published yet at that instant.');
    return then;
  }
  const chosen = revision === undefined ? published.at(-1) : published[revision];
  if (!chosen && waiting)
    throw new NotFound('The event was accepted but is not published yet. Try again in a second.', true);
  if (!chosen) throw new NotFound(`The event has no revision ${revision}.`);
  return chosen;
}

/**
 * The instant before which the record can no longer change; RFC 3339. Null if the answer is about now.
 *
 * @throws {InvalidInput} if the requested instant is in the future
 */
async function settledBefore({ revision, asOf }: Query, now: number): Promise<string | null> {
  if (asOf === undefined && revision === undefined) return null;
  const seen = (await feedHead(false)).publishedAt;
  if (asOf === undefined || asOf <= seen || Date.parse(asOf) <= now) return seen;
  // The instant is ahead of this clock. Only a consistent read shows whether the record is, too.
  const head = (await feedHead()).publishedAt;
  assertNotFuture(asOf, now, head);
  return head;
}

/** Answers one event as it is now, as of one of its revisions, or as of an instant. */
async function readEvent(request: Request): Promise<Answer> {
  const query = queryParameters(request, eventQuerySchema);
  if (query.asOf !== undefined && query.revision !== undefined) {
    throw new InvalidInput([{ parameter: 'asOf', detail: 'Cannot be combined with revision. Send one of them.' }]);
  }
  // Read before the revisions: everything that is published afterwards is later than this head.
  const settled = await settledBefore(query, request.now);
  const { published, waiting } = await publishedEvent(request, query.revision, query.asOf !== undefined);
  const revision = chosenOf(published, waiting, query);
  if (revision.kind === 'retracted') throw gone(revision);
  const isImmutable = settled !== null && (query.asOf ?? revision.publishedAt) < settled;
  const previous = published[revision.revision - 1];
  return {
    status: 200,
    headers: { ...(isImmutable ? immutableCaching : liveCaching), etag: `"${revision.revision}"` },
    body: entryOf(revision, previous && fieldsChanged(previous.event, revision.event)),
  };
}

export const handler = publicRoute(readEvent);
