import type { Answer } from './lib/http/answer.ts';
import { fittingPage } from './lib/http/answer-size.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { writerOf } from './lib/pages/document/writer.ts';
import { beginEvent, eventView, withRevisions } from './lib/pages/event/event-view.ts';
import { writeProblem } from './lib/pages/problem/write-problem.ts';
import { eventPageQuerySchema } from './lib/pages/request/event-page-query.ts';
import { pageLanguage } from './lib/pages/request/page-language.ts';
import { pageRoute } from './lib/route/route.ts';

const loadWriter = () => writerOf(import('./lib/pages/event/event-page.ts'));

/**
 * Answers the page of an event: its facts, its sources and its history. One that is gone is answered by 410, with its
 * history.
 */
async function readEventPage(request: Request): Promise<Answer> {
  const { after = -1 } = queryParameters(request, eventPageQuerySchema);
  const reading = await beginEvent(eventIdIn(request));
  const { zone, language: own } = reading.story;
  const language = pageLanguage(request, own);
  const [view, { contextOf, pageHeaders, eventPage }] = await Promise.all([
    eventView(reading, after, language),
    loadWriter(),
  ]);
  const context = contextOf(request.origin, language, { zone, asked: request.query });
  const body = await fittingPage(view.revisions.length, (count) => eventPage(withRevisions(view, count), context));
  return {
    status: view.entry ? 200 : 410,
    headers: { ...pageHeaders(context), ...(view.entry === null && { 'cache-control': 'no-store' }) },
    body,
  };
}

export const handler = pageRoute(readEventPage, writeProblem);
