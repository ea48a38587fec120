import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { latestShown, shownPage } from './lib/read/changes/shown-revisions.ts';
import { historyAnswer } from './lib/read/event/history-answer.ts';
import { assertPublished } from './lib/read/event/published-event.ts';
import { historyQuerySchema } from './lib/read/query/event-queries.ts';
import { publicRoute } from './lib/route/route.ts';

/** A page has at most this many revisions; DynamoDB answers at most 1 MB of them. */
const revisionsPerPage = 500;

/** Answers the revisions of an event, also of a retracted one: what each changed, when and why. */
async function readHistory(request: Request): Promise<Answer> {
  const { after = -1 } = queryParameters(request, historyQuerySchema);
  const eventId = eventIdIn(request);
  const page = await shownPage(eventId, after, revisionsPerPage);
  const [first = null] = page.before ? [page.before] : page.revisions;
  // After the last revision there is nothing to show; only an event without any is not there.
  const known = first ? { published: first, waiting: false } : await latestShown(eventId, 'consistent');
  assertPublished(known.published, known.waiting);
  const { text, next } = historyAnswer(eventId, page);
  return {
    status: 200,
    headers: {
      ...liveCaching,
      'content-type': 'application/json',
      ...nextLink(request, 'after', next === null ? null : String(next)),
    },
    body: text,
  };
}

export const handler = publicRoute(readHistory);
