import { eventIdOf } from '../events/identity.ts';
import { validate } from '../events/input/validation.ts';
import { storySchema, storySource } from '../events/story.ts';
import { acknowledgeStory } from './lib/append/acknowledgement.ts';
import { appendRevision } from './lib/append/append-revision.ts';
import { preconditionsOf } from './lib/append/preconditions.ts';
import { knownStory, storyOfRequest } from './lib/append/story-request.ts';
import type { Answer } from './lib/http/answer.ts';
import { jsonBody } from './lib/http/json-body.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

/** Describes a story: the description replaces an earlier one, and is a revision like any other. */
async function describeStory(request: KeyedRequest): Promise<Answer> {
  const { caller, now, requestId } = request;
  const story = storyOfRequest(request);
  const preconditions = preconditionsOf(request.headers);
  const data = jsonBody(request);
  validate(storySchema, data);
  const known = await knownStory(story);
  const command = { kind: 'describe', story, data, ...preconditions, newsroom: caller.newsroom, known } as const;
  return acknowledgeStory(await appendRevision(eventIdOf(storySource, story), command, { now, requestId }));
}

export const handler = writingRoute(describeStory);
