import * as z from 'zod';
import { storySlugSchema } from '../events/catalogue/fields/identifiers.ts';
import { everythingFacet, storyFacet, storyOfFacet } from '../events/filters/facet-keys.ts';
import type { Answer } from './lib/http/answer.ts';
import { fittingAnswer } from './lib/http/answer-size.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { takeSnapshot } from './lib/read/cards/snapshot.ts';
import { storiesQuerySchema } from './lib/read/query/story-queries.ts';
import { isStory, type StoriesAnswer, storyAnswer, storyThenAnswer } from './lib/read/story/story-answer.ts';
import { storyAsOf } from './lib/read/story/story-as-of.ts';
import { publicRoute } from './lib/route/route.ts';
import { inParallel } from './lib/runtime/concurrency.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';
import { type FacetHead, listHeads } from './lib/timelines/heads.ts';

const list = 'stories';

/** As of an instant, a page looks at so many stories: two or three reads each. */
const storiesLookedAt = 100;
const readsAtOnce = 16;

/** The slug of the last story of the previous page. */
const cursorSchema = z.tuple([storySlugSchema()]);

interface ListedStories {
  readonly heads: readonly FacetHead[];
  readonly more: boolean;
  readonly stories: StoriesAnswer['stories'];
  readonly caching: Record<string, string>;
}

async function storiesNow(after: string | null, limit: number): Promise<ListedStories> {
  const { generation } = await readCheckpoint();
  const { heads, more } = await listHeads(generation, storyFacet(''), after, limit);
  return { heads, more, stories: heads.filter(isStory).map(storyAnswer), caching: liveCaching };
}

async function storiesThen(after: string | null, limit: number, asOf: string, now: number): Promise<ListedStories> {
  const snapshot = await takeSnapshot({ facetLists: [[everythingFacet]], asOf, pinned: undefined, now });
  const { generation } = snapshot.checkpoint;
  const most = Math.min(limit, storiesLookedAt);
  const { heads, more } = await listHeads(generation, storyFacet(''), after, most, snapshot.consistency);
  const then = await inParallel(heads, readsAtOnce, (head) => storyAsOf(head, snapshot));
  const stories = then.flatMap((story) => (story ? [storyThenAnswer(story)] : []));
  return { heads, more, stories, caching: snapshot.immutable ? immutableCaching : liveCaching };
}

/** Lists the stories by slug, as they are or as they were at an instant. */
async function listStories(request: Request): Promise<Answer> {
  const { limit, cursor, asOf } = queryParameters(request, storiesQuerySchema);
  const bound = { list, asOf };
  const [after = null] = cursor === undefined ? [] : readCursor(cursor, bound, cursorSchema);
  const {
    heads,
    more,
    stories: all,
    caching,
  } = await (asOf === undefined ? storiesNow(after, limit) : storiesThen(after, limit, asOf, request.now));
  const stories = [...fittingAnswer(all)];
  const lastHead = more ? heads.at(-1) : undefined;
  const last = stories.length < all.length ? stories.at(-1)?.story : lastHead && storyOfFacet(lastHead.facet);
  const nextCursor = last === undefined ? null : writeCursor([last], bound);
  const body: StoriesAnswer = { stories, nextCursor };
  return { status: 200, headers: { ...caching, ...nextLink(request, 'cursor', nextCursor) }, body };
}

export const handler = publicRoute(listStories);
