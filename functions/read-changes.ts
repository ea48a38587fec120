import * as z from 'zod';
import { entryOf } from '../events/entry.ts';
import { storyType } from '../events/story.ts';
import { liveCaching } from './lib/caching.ts';
import { type FeedEntry, feedAfter, feedHead } from './lib/event-log.ts';
import { type Answer, type Request, readRoute } from './lib/http.ts';
import { limitSchema } from './lib/limit.ts';
import { nextLink } from './lib/next-link.ts';
import { queryParameters } from './lib/query-parameters.ts';

const querySchema = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,11})$/, 'Is a position: the `next` of the answer before, 0 to begin with.')
    .transform(Number)
    .default(0),
  limit: limitSchema,
});

function changeOf(entry: FeedEntry): object {
  const { position, publishedAt, kind, eventId, revision, event, note = null, changed } = entry;
  const shown = kind !== 'retracted' && event.type !== storyType;
  return {
    position,
    publishedAt,
    change: kind,
    id: eventId,
    revision,
    type: event.type,
    story: event.subject,
    note,
    entry: shown ? entryOf(entry, kind === 'corrected' ? changed : undefined) : null,
  };
}

/** Answers the feed in position order: what a copy of the timelines is kept by. */
async function readChanges(request: Request): Promise<Answer> {
  const { after, limit } = queryParameters(request.rawQuery, querySchema);
  const [{ entries }, head] = await Promise.all([feedAfter(after, limit, false), feedHead(false)]);
  const next = entries.at(-1)?.position ?? after;
  return {
    status: 200,
    headers: {
      ...liveCaching,
      ...nextLink(
        request.path,
        request.rawQuery,
        'after',
        next < head.position && entries.length > 0 ? String(next) : null,
      ),
    },
    body: { changes: entries.map(changeOf), next, head: Math.max(head.position, entries.at(-1)?.position ?? 0) },
  };
}

export const handler = readRoute(readChanges);
