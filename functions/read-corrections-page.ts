import { InvalidInput } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { correctionsPage } from './lib/pages/corrections-page.ts';
import { contextFor } from './lib/pages/page.ts';
import { correctionsPageQuerySchema } from './lib/pages/page-queries.ts';
import { pageHeaders } from './lib/pages/policy.ts';
import { problemPage } from './lib/pages/problem-page.ts';
import { readCorrectionsLog } from './lib/read/corrections-log.ts';
import { pageRoute } from './lib/route/route.ts';

const linesOfPage = 50;

/** Answers the log of corrections as a page. A query that is refused is answered by its form. */
async function readCorrectionsPage(request: Request): Promise<Answer> {
  const { query: asked, now } = request;
  const context = contextFor(request, 'en');
  const headers = pageHeaders(context, asked.language);
  try {
    const { language: _language, ...query } = queryParameters(request, correctionsPageQuerySchema);
    const { lines, nextCursor } = await readCorrectionsLog({ ...query, limit: linesOfPage }, now);
    const view = { lines: lines.map((line) => JSON.parse(line)), nextCursor, asked, errors: [] };
    return { status: 200, headers, body: correctionsPage(view, context) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const view = { lines: [], nextCursor: null, asked, errors: error.errors };
    return { status: 400, headers: { ...headers, 'cache-control': 'no-store' }, body: correctionsPage(view, context) };
  }
}

export const handler = pageRoute(readCorrectionsPage, problemPage);
