import { validate } from '../events/input/validation.ts';
import { acknowledgeUnlisting } from './lib/append/acknowledgement.ts';
import { appendRevision } from './lib/append/append-revision.ts';
import { unlistingSchema } from './lib/append/revision-bodies.ts';
import { knownStory, storyOfRequest } from './lib/append/story-request.ts';
import { latestPublished } from './lib/event-log/published.ts';
import type { Answer } from './lib/http/answer.ts';
import { jsonBody } from './lib/http/json-body.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { assertPublished } from './lib/read/event/published-event.ts';

/** Takes an event of any newsroom out of the timeline of a story that the caller's newsroom owns. */
async function unlistEvent(request: KeyedRequest): Promise<Answer> {
  const { caller, now, requestId } = request;
  const story = storyOfRequest(request);
  const body = jsonBody(request);
  validate(unlistingSchema, body);
  const { event, note } = body;
  const [{ owner }, { published, waiting }] = await Promise.all([
    knownStory(story),
    latestPublished(event, 'consistent'),
  ]);
  assertPublished(published, waiting);
  const command = { kind: 'unlist', story, note, newsroom: caller.newsroom, owner, published } as const;
  return acknowledgeUnlisting(story, await appendRevision(event, command, { now, requestId }));
}

export const handler = writingRoute(unlistEvent);
