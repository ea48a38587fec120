import * as z from 'zod';
import { storySlugSchema } from '../events/catalogue/fields/identifiers.ts';
import { storyFacet, storyOfFacet } from '../events/filters/facet-keys.ts';
import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { pageQuerySchema } from './lib/http/query-schemas.ts';
import type { Request } from './lib/http/request.ts';
import { isStory, storiesAnswer } from './lib/read/story-answer.ts';
import { publicRoute } from './lib/route/route.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';
import { listHeads } from './lib/timelines/heads.ts';

const list = 'stories';

/** The slug of the last story of the previous page. */
const cursorSchema = z.tuple([storySlugSchema]);

/** Lists the stories by slug. */
async function listStories(request: Request): Promise<Answer> {
  const { limit, cursor } = queryParameters(request, pageQuerySchema);
  const [after = null] = cursor === undefined ? [] : readCursor(cursor, { list }, cursorSchema);
  const { generation } = await readCheckpoint();
  const { heads, more } = await listHeads(generation, storyFacet(''), after, limit);
  const last = more ? heads.at(-1) : undefined;
  const nextCursor = last ? writeCursor([storyOfFacet(last.facet)], { list }) : null;
  return {
    status: 200,
    headers: { ...liveCaching, ...nextLink(request, 'cursor', nextCursor) },
    body: storiesAnswer(heads.filter(isStory), nextCursor),
  };
}

export const handler = publicRoute(listStories);
