import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { eventPage } from './lib/pages/event-page.ts';
import { beginEvent, eventView } from './lib/pages/event-view.ts';
import { contextFor } from './lib/pages/page.ts';
import { eventPageQuerySchema } from './lib/pages/page-queries.ts';
import { pageHeaders } from './lib/pages/policy.ts';
import { problemPage } from './lib/pages/problem-page.ts';
import { pageRoute } from './lib/route/route.ts';

/** Answers the page of an event: its facts, its sources and its history. One that is gone is answered by 410, with its history. */
async function readEventPage(request: Request): Promise<Answer> {
  const { after = -1, language: named } = queryParameters(request, eventPageQuerySchema);
  const reading = await beginEvent(eventIdIn(request));
  const { zone, language: own } = reading.story;
  const context = contextFor(request, own, { zone });
  const view = await eventView(reading, after, context.language);
  return {
    status: view.entry ? 200 : 410,
    headers: { ...pageHeaders(context, named), ...(view.entry === null && { 'cache-control': 'no-store' }) },
    body: eventPage(view, context),
  };
}

export const handler = pageRoute(readEventPage, problemPage);
