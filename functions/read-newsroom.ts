import { storyFacet, storyOfFacet } from '../events/filters/facet-keys.ts';
import { dailyUseOf } from '../events/quota.ts';
import { mayManage } from './lib/endpoints/key-limits.ts';
import { nextHeld, readHeldTotal } from './lib/held-events/held-events.ts';
import type { Answer } from './lib/http/answer.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { maximumEndpointsShown, maximumStoriesLookedAt, type NewsroomAnswer } from './lib/newsroom/newsroom-answer.ts';
import { keyedRoute } from './lib/route/route.ts';
import { listEndpoints } from './lib/subscribers/endpoints/endpoints.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';
import { listHeads } from './lib/timelines/heads.ts';

async function storiesOf(newsroom: string): Promise<Pick<NewsroomAnswer, 'stories' | 'storiesAreMore'>> {
  const { generation } = await readCheckpoint();
  const { heads, more } = await listHeads(generation, storyFacet(''), null, maximumStoriesLookedAt);
  const owned = heads.filter(({ owner }) => owner?.newsroom === newsroom);
  const stories = owned.map(({ facet, story }) => ({
    story: storyOfFacet(facet),
    title: story?.title ?? storyOfFacet(facet),
  }));
  return { stories, storiesAreMore: more };
}

async function endpointsOf({ caller }: KeyedRequest): Promise<Pick<NewsroomAnswer, 'endpoints' | 'endpointsAreMore'>> {
  if (!caller.scopes.includes('webhooks:manage')) return { endpoints: null, endpointsAreMore: false };
  const { endpoints, next } = await listEndpoints(caller.newsroom, null, maximumEndpointsShown);
  const managed = endpoints.filter(({ endpoint }) => mayManage(caller, endpoint.filter));
  return {
    endpoints: managed.map(({ endpoint, state }) => ({ id: endpoint.id, status: state.status })),
    endpointsAreMore: next !== null,
  };
}

/** What is held, for a key that may read all of it. Another key learns nothing of it: the time may be a secret. */
async function heldEventsOf({ caller }: KeyedRequest): Promise<NewsroomAnswer['heldEvents']> {
  if (!caller.scopes.includes('events:write') || caller.stories.length > 0) return null;
  const [total, next] = await Promise.all([readHeldTotal(caller.newsroom), nextHeld(caller.newsroom)]);
  return { ...total, next };
}

/** Shows what the newsroom of a key has, and what the key may do. It reads a bounded part of each, and no secrets. */
async function readNewsroom(request: KeyedRequest): Promise<Answer> {
  const { newsroom, keyId, scopes, stories: patterns } = request.caller;
  const [stories, endpoints, heldEvents] = await Promise.all([
    storiesOf(newsroom),
    endpointsOf(request),
    heldEventsOf(request),
  ]);
  const body: NewsroomAnswer = {
    newsroom,
    key: { id: keyId, scopes: [...scopes], stories: [...patterns] },
    usage: dailyUseOf(request.dailyUse),
    ...stories,
    heldEvents,
    ...endpoints,
  };
  return { status: 200, body };
}

export const handler = keyedRoute(readNewsroom);
