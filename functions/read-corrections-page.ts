import { InvalidInput } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { writerOf } from './lib/pages/document/writer.ts';
import { writeProblem } from './lib/pages/problem/write-problem.ts';
import { correctionsPageQuerySchema } from './lib/pages/request/corrections-page-query.ts';
import { pageLanguage } from './lib/pages/request/page-language.ts';
import { readCorrectionsLog } from './lib/read/corrections/corrections-log.ts';
import { pageRoute } from './lib/route/route.ts';

const linesOfPage = 50;

const loadWriter = () => writerOf(import('./lib/pages/corrections/corrections-page.ts'));

/** Answers the log of corrections as a page. A query that is refused is answered by its form. */
async function readCorrectionsPage(request: Request): Promise<Answer> {
  const { query: asked, now, origin } = request;
  const language = pageLanguage(request, 'en');
  try {
    const { language: _language, ...query } = queryParameters(request, correctionsPageQuerySchema);
    const [{ lines, nextCursor }, { contextOf, pageHeaders, correctionsPage }] = await Promise.all([
      readCorrectionsLog({ ...query, limit: linesOfPage }, now),
      loadWriter(),
    ]);
    const view = { lines: lines.map((line) => JSON.parse(line)), nextCursor, errors: [] };
    const context = contextOf(origin, language, { asked });
    return { status: 200, headers: pageHeaders(context), body: correctionsPage(view, context) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { contextOf, pageHeaders, correctionsPage } = await loadWriter();
    const view = { lines: [], nextCursor: null, errors: error.errors };
    const context = contextOf(origin, language, { asked });
    const headers = { ...pageHeaders(context), 'cache-control': 'no-store' };
    return { status: 400, headers, body: correctionsPage(view, context) };
  }
}

export const handler = pageRoute(readCorrectionsPage, writeProblem);
