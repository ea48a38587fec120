import type * as z from 'zod';
import type { Command } from '../../../events/decide.ts';
import { validate } from '../../../events/input/validation.ts';
import type { Revision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { eventIdIn } from '../http/event-id.ts';
import { jsonBody } from '../http/json-body.ts';
import { writingRoute } from '../quota/writing-route.ts';
import type { Handler } from '../route/gateway.ts';
import { assertMayWriteEvent } from './access.ts';
import { acknowledge } from './acknowledgement.ts';
import { appendRevision } from './append-revision.ts';
import { ifMatchRevision } from './preconditions.ts';

/**
 * The handler of a route that appends a revision to the event in its path. The revision builds on the one that If-Match names.
 *
 * @param schema the schema of the body
 * @param commandOf makes the command from a valid body
 * @param mayFollow asserts that a newsroom may append a revision after the latest one
 */
export function revisionRoute<Schema extends z.ZodType>(
  schema: Schema,
  commandOf: (
    body: z.infer<Schema>,
    common: { expected: number; newsroom: string },
  ) => Command & { kind: 'correct' | 'retract' },
  mayFollow?: (latest: Revision | undefined, revision: Revision, now: number) => Promise<void>,
): Handler {
  return writingRoute(async (request) => {
    const { caller, now, requestId } = request;
    const eventId = eventIdIn(request);
    const expected = ifMatchRevision(request.headers);
    const body = jsonBody(request);
    validate(schema, body);
    const command = commandOf(body, { expected, newsroom: caller.newsroom });
    return acknowledge(
      await appendRevision(eventId, command, {
        now,
        requestId,
        allowed: ({ event, newsroom }) => {
          // What is no event of this newsroom is not found, whatever its stories.
          if (newsroom === caller.newsroom && event.type !== storyType) assertMayWriteEvent(caller, event);
        },
        ...(mayFollow && { mayFollow: (latest, revision) => mayFollow(latest, revision, now) }),
      }),
    );
  });
}
