import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { countedWalk } from './lib/read/counts/counted-walk.ts';
import { facetValuesOf } from './lib/read/counts/facet-values.ts';
import type { FacetsAnswer } from './lib/read/counts/facets-answer.ts';
import { facetsQuerySchema } from './lib/read/query/counted-query.ts';
import { publicRoute } from './lib/route/route.ts';

/** Answers by which values a timeline can be filtered, with names, and how many of its entries have each of them. */
async function readFacets(request: Request): Promise<Answer> {
  const query = queryParameters(request, facetsQuerySchema);
  return countedWalk(
    request,
    { name: 'facets', hasTitles: true },
    query,
    async ({ matches, snapshot }): Promise<Pick<FacetsAnswer, 'facets' | 'entries'>> => ({
      facets: await facetValuesOf(matches, snapshot),
      entries: matches.length,
    }),
  );
}

export const handler = publicRoute(readFacets);
