import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { historyQuerySchema } from './lib/read/event-queries.ts';
import { historyAnswer } from './lib/read/history-answer.ts';
import { publishedEvent } from './lib/read/published-event.ts';
import { publicRoute } from './lib/route/route.ts';

/** Answers all revisions of an event, also of a retracted one: what each changed, when and why. */
async function readHistory(request: Request): Promise<Answer> {
  const { after } = queryParameters(request, historyQuerySchema);
  const { published } = await publishedEvent(request);
  const { text, next } = historyAnswer(published, after);
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
