import * as z from 'zod';
import { storySlugSchema } from '../events/catalogue/fields/story-slug.ts';
import { InvalidInput } from '../events/errors.ts';
import { liveCaching } from './lib/caching.ts';
import { type Answer, type Request, readRoute } from './lib/http.ts';
import { limitSchema } from './lib/limit.ts';
import { nextLink } from './lib/next-link.ts';
import { queryParameters } from './lib/query-parameters.ts';
import { storyAnswer, storyFacet } from './lib/story-answer.ts';
import { listHeads, readCheckpoint } from './lib/timelines.ts';

const querySchema = z.strictObject({ limit: limitSchema, cursor: z.string().optional() });

/** The name of the story that the page before ended with. */
function storyOf(cursor: string): string {
  const story = Buffer.from(cursor, 'base64url').toString();
  if (!storySlugSchema.safeParse(story).success) {
    throw new InvalidInput([
      { parameter: 'cursor', detail: 'Is not a cursor of this list; take nextCursor as it is.' },
    ]);
  }
  return story;
}

/** Lists the stories by name. */
async function listStories(request: Request): Promise<Answer> {
  const { limit, cursor } = queryParameters(request.rawQuery, querySchema);
  const after = cursor === undefined ? null : storyOf(cursor);
  const { generation } = await readCheckpoint();
  const { heads, more } = await listHeads(generation, storyFacet(''), after, limit);
  const last = more ? heads.at(-1) : undefined;
  const nextCursor = last ? Buffer.from(last.facet.slice(storyFacet('').length)).toString('base64url') : null;
  return {
    status: 200,
    headers: { ...liveCaching, ...nextLink(request, 'cursor', nextCursor) },
    body: { stories: heads.map(storyAnswer), nextCursor },
  };
}

export const handler = readRoute(listStories);
