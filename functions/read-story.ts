import { storyFacet } from '../events/filters/facet-keys.ts';
import { NotFound } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { digestOfBody } from './lib/http/entity-tag.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { tagWithDigest } from './lib/http/revision-tag.ts';
import { takeSnapshot } from './lib/read/cards/snapshot.ts';
import { storyQuerySchema } from './lib/read/query/story-queries.ts';
import { isStory, storyAnswer, storyThenAnswer } from './lib/read/story/story-answer.ts';
import { storyAsOf } from './lib/read/story/story-as-of.ts';
import { publicRoute } from './lib/route/route.ts';
import { readCheckpointAndHeads } from './lib/timelines/heads.ts';

const unknownStory = 'There is no story with this slug.';

async function storyNow(facet: string): Promise<Answer> {
  const { heads } = await readCheckpointAndHeads([facet]);
  const head = heads.get(facet);
  if (!head || !isStory(head)) throw new NotFound(unknownStory);
  const body = JSON.stringify(storyAnswer(head));
  // `If-Match` of PUT takes the revision from the tag. The tag also changes with the entries, which the body tells of.
  const contentTag = tagWithDigest(head.story ? head.story.revision : null, digestOfBody(body));
  return { status: 200, headers: liveCaching, contentTag, body };
}

async function storyThen(facet: string, asOf: string, now: number): Promise<Answer> {
  const snapshot = await takeSnapshot({ facetLists: [[facet]], asOf, pinned: undefined, now });
  const [head] = snapshot.heads;
  const story = head ? await storyAsOf(head, snapshot) : null;
  if (!story) throw new NotFound('There was no story with this slug then.');
  return { status: 200, headers: snapshot.immutable ? immutableCaching : liveCaching, body: storyThenAnswer(story) };
}

/**
 * Answers a story: its title and description, who owns it, how many entries it has, and its first and last day. As of
 * an earlier instant it answers how it was described then.
 */
async function readStory(request: Request): Promise<Answer> {
  const { asOf } = queryParameters(request, storyQuerySchema);
  const facet = storyFacet(request.pathParameters.story ?? '');
  return asOf === undefined ? storyNow(facet) : storyThen(facet, asOf, request.now);
}

export const handler = publicRoute(readStory);
