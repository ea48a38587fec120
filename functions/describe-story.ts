import { storySlugSchema } from '../events/catalogue/fields/identifiers.ts';
import { storySource } from '../events/decide.ts';
import { eventIdOf } from '../events/identity.ts';
import { NotFound } from '../events/input/errors.ts';
import { validate } from '../events/input/validation.ts';
import { storySchema } from '../events/story.ts';
import { assertMayWrite } from './lib/append/access.ts';
import { acknowledgeStory } from './lib/append/acknowledgement.ts';
import { appendRevision } from './lib/append/append-revision.ts';
import { preconditionsOf } from './lib/append/preconditions.ts';
import type { Answer } from './lib/http/answer.ts';
import { jsonBody } from './lib/http/json-body.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

/** Describes a story: the description replaces an earlier one, and is a revision like any other. */
async function describeStory(request: KeyedRequest): Promise<Answer> {
  const { caller, now, requestId } = request;
  const { story = '' } = request.pathParameters;
  if (!storySlugSchema.safeParse(story).success) {
    throw new NotFound('No story can have this name. A name has 1 to 80 lower-case letters, digits and hyphens.');
  }
  assertMayWrite(caller, { source: `/newsrooms/${caller.newsroom}`, stories: [story] });
  const preconditions = preconditionsOf(request.headers);
  const data = jsonBody(request);
  validate(storySchema, data);
  const command = { kind: 'describe', story, data, ...preconditions, newsroom: caller.newsroom } as const;
  return acknowledgeStory(await appendRevision(eventIdOf(storySource, story), command, { now, requestId }));
}

export const handler = writingRoute(describeStory);
