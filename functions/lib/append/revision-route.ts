import type * as z from 'zod';
import type { Command } from '../../../events/decisions/decide.ts';
import { validate } from '../../../events/input/validation.ts';
import type { Revision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import type { Warning } from '../../../events/warnings.ts';
import { eventIdIn } from '../http/event-id.ts';
import { jsonBody } from '../http/json-body.ts';
import type { KeyedRequest } from '../http/request.ts';
import { writingRoute } from '../quota/writing-route.ts';
import type { Handler } from '../route/gateway.ts';
import { assertMayWriteEvent } from './access.ts';
import { acknowledge } from './acknowledgement.ts';
import { appendRevision } from './append-revision.ts';
import { ifMatchRevision } from './preconditions.ts';
import { assertNoWarnings, withWarnings } from './with-warnings.ts';

/**
 * The handler of a route that appends a revision to the event in its path. The revision builds on the one that If-Match
 * names.
 *
 * @param schema the schema of the body
 * @param commandOf makes the command from a valid body
 * @param mayFollow asserts that a newsroom may append a revision after the latest one
 * @param warningsOf what looks like a mistake in a new revision
 */
export function revisionRoute<Schema extends z.ZodType>(
  schema: Schema,
  commandOf: (
    body: z.infer<Schema>,
    common: { expected: number; newsroom: string },
  ) => Command & { kind: 'correct' | 'retract' },
  mayFollow?: (latest: Revision | undefined, revision: Revision, now: number) => Promise<void>,
  warningsOf?: (body: z.infer<Schema>, revision: Revision, request: KeyedRequest) => Promise<Warning[]>,
): Handler {
  return writingRoute(async (request) => {
    const { caller, now, requestId } = request;
    const eventId = eventIdIn(request);
    const expected = ifMatchRevision(request.headers);
    const body = jsonBody(request);
    validate(schema, body);
    const command = commandOf(body, { expected, newsroom: caller.newsroom });
    let warnings: Warning[] = [];
    const appended = await appendRevision(eventId, command, {
      now,
      requestId,
      allowed: ({ event, newsroom }) => {
        // What is no event of this newsroom is not found, whatever its stories.
        if (newsroom === caller.newsroom && event.type !== storyType) assertMayWriteEvent(caller, event);
      },
      mayFollow: async (latest, revision) => {
        await mayFollow?.(latest, revision, now);
        warnings = (await warningsOf?.(body, revision, request)) ?? [];
        assertNoWarnings(warnings, request);
      },
    });
    return withWarnings(acknowledge(appended), warnings);
  });
}
