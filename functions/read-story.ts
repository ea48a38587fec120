import { storyFacet } from '../events/filters/facet-keys.ts';
import { NotFound } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { digestOfBody } from './lib/http/entity-tag.ts';
import type { Request } from './lib/http/request.ts';
import { storyTag } from './lib/http/revision-tag.ts';
import { isStory, storyAnswer } from './lib/read/story-answer.ts';
import { publicRoute } from './lib/route/route.ts';
import { readCheckpointAndHeads } from './lib/timelines/heads.ts';

/** Answers a story: its title and description, who owns it, how many entries it has, and its first and last day. */
async function readStory(request: Request): Promise<Answer> {
  const { story = '' } = request.pathParameters;
  const { heads } = await readCheckpointAndHeads([storyFacet(story)]);
  const head = heads.get(storyFacet(story));
  if (!head || !isStory(head)) throw new NotFound('There is no story with this slug.');
  const body = JSON.stringify(storyAnswer(head));
  // `If-Match` of PUT takes the revision from the tag. The tag also changes with the entries, which the body tells of.
  const contentTag = storyTag(head.story ? head.story.revision : null, digestOfBody(body));
  return { status: 200, headers: liveCaching, contentTag, body };
}

export const handler = publicRoute(readStory);
