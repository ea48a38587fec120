import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { countedWalk } from './lib/read/counts/counted-walk.ts';
import { type CountsAnswer, countsOf } from './lib/read/counts/counts-answer.ts';
import { countsQuerySchema } from './lib/read/query/counted-query.ts';
import { publicRoute } from './lib/route/route.ts';

/** Counts what a walk through the timeline finds, each entry once, for a histogram. */
async function readCounts(request: Request): Promise<Answer> {
  const query = queryParameters(request, countsQuerySchema);
  const { interval } = query;
  return countedWalk(
    request,
    { name: 'counts' },
    query,
    ({ matches, range }): Pick<CountsAnswer, 'interval' | 'counts'> => ({
      interval,
      counts: countsOf(matches, range, interval),
    }),
  );
}

export const handler = publicRoute(readCounts);
