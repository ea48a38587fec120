import * as z from 'zod';
import { eventIdOf } from '../events/identity.ts';
import { validate } from '../events/input/validation.ts';
import { storySource } from '../events/story.ts';
import { acknowledgeWithdrawal } from './lib/append/acknowledgement.ts';
import { appendRevision } from './lib/append/append-revision.ts';
import { preconditionsOf } from './lib/append/preconditions.ts';
import { knownStory, storyOfRequest } from './lib/append/story-request.ts';
import type { Answer } from './lib/http/answer.ts';
import { jsonBody } from './lib/http/json-body.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

const noBodySchema = z.strictObject({});

/** Withdraws a story that has no entries: nobody owns it any more, and anybody may begin it again. */
async function withdrawStory(request: KeyedRequest): Promise<Answer> {
  const { caller, now, requestId, headers } = request;
  const story = storyOfRequest(request);
  validate(noBodySchema, request.body.length === 0 ? {} : jsonBody(request));
  const known = await knownStory(story);
  const command = { kind: 'withdraw', story, ...preconditionsOf(headers), newsroom: caller.newsroom, known } as const;
  return acknowledgeWithdrawal(await appendRevision(eventIdOf(storySource, story), command, { now, requestId }));
}

export const handler = writingRoute(withdrawStory);
