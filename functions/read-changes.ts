import type { Answer } from './lib/http/answer.ts';
import { freshCaching, immutableCaching } from './lib/http/caching.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { beginChanges, changesPage } from './lib/read/changes/changes-page.ts';
import { changesQuerySchema } from './lib/read/query/changes-query.ts';
import { publicRoute } from './lib/route/route.ts';

/**
 * Answers the feed in position order: what a copy of the timelines is kept by. A page that can still grow is never
 * taken from a cache: who asks from their position learns of the next change at once. With filters it answers what
 * matches them as of that revision or as of any earlier one of the same event.
 */
async function readChanges(request: Request): Promise<Answer> {
  const query = queryParameters(request, changesQuerySchema);
  const scan = await beginChanges(query);
  const isFinal = scan.isFollowed && scan.isReadable && !scan.isBeingTakenDown;
  const caching = isFinal ? immutableCaching : freshCaching;
  return changesPage(request, scan, query.after, caching);
}

export const handler = publicRoute(readChanges);
