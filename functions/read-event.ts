import * as z from 'zod';
import { fieldsChanged } from '../events/changes.ts';
import { entryOf } from '../events/entry.ts';
import { Gone, NotFound } from '../events/errors.ts';
import type { PublishedRevision } from '../events/revision.ts';
import { storyType } from '../events/story.ts';
import { liveCaching } from './lib/caching.ts';
import { eventIdIn } from './lib/event-id.ts';
import { publishedRevisions } from './lib/event-log.ts';
import { type Answer, type Request, readRoute } from './lib/http.ts';
import { queryParameters } from './lib/query-parameters.ts';

const querySchema = z.strictObject({
  revision: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})$/, 'Is the number of a revision; the first is 0.')
    .transform(Number)
    .optional(),
});

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

/** Answers one event as it stands, or as of one of its revisions. */
async function readEvent(request: Request): Promise<Answer> {
  const { revision: asked } = queryParameters(request.rawQuery, querySchema);
  const { published, waiting } = await publishedRevisions(eventIdIn(request), asked);
  const numbered = (number: number) => published.find((one) => one.revision === number);
  const revision = asked === undefined ? published.at(-1) : numbered(asked);
  if (!revision && waiting) throw new NotFound('The event was accepted and is about to join the record.', true);
  if (published.length === 0 || published[0]?.event.type === storyType) {
    throw new NotFound('There is no event of this id.');
  }
  if (!revision) throw new NotFound(`The event has no revision ${asked}.`);
  if (revision.kind === 'retracted') throw gone(revision);
  const previous = numbered(revision.revision - 1);
  return {
    status: 200,
    headers: { ...liveCaching, etag: `"${revision.revision}"` },
    body: entryOf(revision, previous && fieldsChanged(previous.event, revision.event)),
  };
}

export const handler = readRoute(readEvent);
