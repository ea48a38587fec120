import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { unionByType } from '../events/catalogue/event-type.ts';
import { acknowledgementSchema } from '../events/decisions/acknowledgement.ts';
import { eventTypeField } from '../events/event-type-fields.ts';
import {
  Conflict,
  Forbidden,
  Gone,
  InvalidInput,
  NotFound,
  PaceExceeded,
  QuotaExceeded,
  Redacted,
  RevisionRequired,
  StaleRevision,
  StateConflict,
  TooManyRequests,
} from '../events/input/errors.ts';
import { eventLimitsText, maximumErrors, maximumRequestBytes, requestTooLarge } from '../events/input/limits.ts';
import { quotas } from '../events/quota.ts';
import { redactionReasons } from '../events/redaction.ts';
import { eventIdField, instantField, revisionField, storyField } from '../events/revision-fields.ts';
import { MethodNotAllowed, NotAcceptable, UnsupportedMediaType } from '../functions/lib/http/http-errors.ts';
import { problemOf } from '../functions/lib/http/problem.ts';
import { type ProblemName, problemTypes } from '../functions/lib/http/problem-types.ts';
import { acknowledgementExamples, takedownExample, tombstoneExample } from './examples.ts';
import { replyHeaders } from './reply-headers.ts';

const requestId = 'aBcDeFgHiAMEJ4w=';

const placesSchema = z
  .array(
    z
      .object({
        pointer: z.string().optional().describe('A JSON pointer into the body.'),
        parameter: z.string().optional().describe('A parameter of the query.'),
        header: z.string().optional().describe('A header of the request.'),
        detail: z.string().describe('What is wrong there, and what to do.'),
      })
      .meta({
        id: 'InputError',
        description: 'An error in the request. One of `pointer`, `parameter` and `header` says where it is.',
      }),
  )
  .max(maximumErrors);

const requestIdSchema = z.string().describe('The id of the request. An operator can find the cause in the log by it.');

interface Kind {
  readonly description: string;
  /** An error of this type, from which the example is made. */
  readonly error: Error;
  /** The members of its responses, besides those of RFC 9457. */
  readonly members?: z.ZodRawShape;
  /** Headers that only some of its responses have. */
  readonly sometimes?: readonly ('Retry-After' | 'Accept-Encoding')[];
}

/** The descriptions of all types of problems. The table of problem types has the rest. */
const kinds: Readonly<Record<ProblemName, Kind>> = {
  invalidInput: {
    description: 'The request is invalid, and nothing was written. `errors` lists everything that is wrong with it.',
    error: new InvalidInput([{ parameter: 'limit', detail: 'Must be a whole number from 1 to 500.' }]),
    members: { errors: placesSchema },
  },
  forbidden: {
    description:
      'The key does not have the scope, belongs to another newsroom or is limited to other stories; or the request bypassed the public address.',
    error: new Forbidden('The key does not have the scope events:write.'),
  },
  notFound: {
    description: 'The resource does not exist. With `Retry-After`, it will exist in a moment.',
    error: new NotFound('No event has this id.'),
    sometimes: ['Retry-After'],
  },
  methodNotAllowed: {
    description: 'The path accepts other methods; the header `Allow` lists them.',
    error: new MethodNotAllowed('/v1/timeline answers GET, HEAD, OPTIONS.', ['GET', 'HEAD', 'OPTIONS']),
  },
  notAcceptable: {
    description:
      'The header `Accept` names none of the media types of this response, or `Accept-Encoding` refuses every content coding.',
    error: new NotAcceptable(
      'A timeline is available as application/json, text/csv. Accept one of them, or use the parameter format.',
    ),
  },
  conflict: {
    description:
      'An event with other content has this id, or the event was retracted. `stored` is the stored revision. It is absent if the key is limited to other stories.',
    error: new Conflict(
      'An event with other content has this id. Correct that event, or post this one under another id.',
      acknowledgementExamples.recorded,
    ),
    members: {
      stored: acknowledgementSchema.optional(),
      changed: z
        .array(z.string())
        .max(maximumErrors)
        .optional()
        .describe('Of an event that was put: pointers to what differs from the stored revision.'),
    },
  },
  stateConflict: {
    description: 'The current state of the endpoint, the delivery or the story does not allow this.',
    error: new StateConflict('The endpoint is not verified yet. Verify it first.'),
  },
  retracted: {
    description:
      'The event was retracted, which is final. The response says what it was about, and why it was retracted.',
    error: new Gone('This event was retracted. The note says why.', tombstoneExample),
    members: {
      id: eventIdField,
      story: storyField,
      eventType: eventTypeField,
      note: z.string().describe('Why it was retracted.'),
      retractedAt: instantField,
      revision: revisionField,
    },
  },
  redacted: {
    description:
      'The event, or the requested revision of it, was taken down: a redaction removed its content, which is final. The response has the public note of the redaction.',
    error: new Redacted('This event was taken down; the note says why.', takedownExample),
    members: {
      id: eventIdField,
      story: storyField,
      note: z.string().nullable().describe('Why it was taken down. Null if this note was taken down too.'),
      reason: z.enum(redactionReasons).nullable(),
      redactedAt: instantField.describe('When the redaction was accepted.'),
      revision: revisionField.describe('The number of the redaction.'),
    },
  },
  staleRevision: {
    description: 'The change builds on a revision that is not the current one.',
    error: new StaleRevision(
      'This builds on revision 0, but the current revision is 1. Read it, and send If-Match: "1".',
      1,
    ),
    members: { revision: revisionField.optional().describe('The current revision, if there is one.') },
  },
  tooLarge: {
    description: eventLimitsText,
    error: requestTooLarge(maximumRequestBytes + 1),
    members: { errors: placesSchema.optional() },
  },
  unsupportedMediaType: {
    description: 'The media type, charset or content coding of the body is not supported.',
    error: new UnsupportedMediaType('Send the body as Content-Type: application/json.', 'accept', ['application/json']),
    sometimes: ['Accept-Encoding'],
  },
  revisionRequired: {
    description: 'The change does not say which revision it builds on. Send `If-Match`.',
    error: new RevisionRequired('To change the story, send If-Match: "0", the current revision.', 0),
    members: { revision: revisionField.optional().describe('The current revision, if it is known.') },
  },
  tooManyRequests: {
    description: 'The newsroom has reached a limit. `Retry-After` says when to try again.',
    error: new TooManyRequests('A newsroom sends pings at most 1000 times an hour. Try again in 90 s.', 90),
  },
  quotaExceeded: {
    description:
      'The newsroom has used up a quota of the day. Nothing was written. `Retry-After` says how many seconds are left of the day (UTC). Retractions are never refused.',
    error: new QuotaExceeded({
      newsroom: 'afp',
      quota: 'events',
      limit: 20_000,
      used: 20_016,
      resetsAt: '2026-11-28T00:00:00.000Z',
      retryAfterSeconds: 3_600,
    }),
    members: {
      quota: z.enum(quotas).describe('The quota that is used up.'),
      limit: z.int().describe('What the newsroom may use of it a day.'),
      used: z.int().describe('What it has used today. An estimate, a minute old at most.'),
      resetsAt: instantField.describe('When the day ends, and the newsroom can write again.'),
    },
  },
  paceExceeded: {
    description:
      'The newsroom writes more at once than it may, so that others do not wait for it. Nothing was written. `Retry-After` says in how many seconds to send the request again.',
    error: new PaceExceeded({ newsroom: 'afp', limit: 300, windowSeconds: 5, retryAfterSeconds: 3 }),
    members: {
      limit: z.int().describe('How many events and changes the newsroom may write in a window, with all of its keys.'),
      windowSeconds: z.int().describe('How long a window is, in seconds.'),
    },
  },
  internal: {
    description: 'Something went wrong on our side.',
    error: new Error('Not shown.'),
    members: { requestId: requestIdSchema },
  },
  unavailable: {
    description: 'The system is unavailable for a moment. Send the same request again.',
    error: Object.assign(new Error('Not shown.'), { name: 'TimeoutError' }),
    members: { requestId: requestIdSchema },
  },
};

/** An error that the gateway writes. */
const gatewayMessage = z
  .object({ message: z.string() })
  .meta({ id: 'GatewayMessage', description: 'An error of the gateway, which returns it before it calls a function.' });

const gateway = (message: string) => ({ 'application/json': { schema: gatewayMessage, example: { message } } });

const documented = (Object.keys(problemTypes) as ProblemName[]).map((name) => {
  const { description, error, members, sometimes = [] } = kinds[name];
  const { status, headers, body } = problemOf(error, requestId);
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const schema = z
    .object({
      type: z.literal(`/problems/${problemTypes[name].slug}`),
      title: z.string(),
      status: z.literal(status),
      detail: z.string().describe('What is wrong in this case.'),
      ...members,
    })
    .meta({ id: `${id}Problem`, description });
  const sent = Object.keys(replyHeaders).filter((header) => header.toLowerCase() in headers);
  const headerNames = [...sent, ...sometimes] as (keyof typeof replyHeaders)[];
  return { name, id, status, headerNames, description, schema, example: body };
});

/** Any problem. Its type says which. */
const problemSchema = unionByType(documented.map(({ schema }) => schema)).meta({
  id: 'Problem',
  description: 'Problem details (RFC 9457).',
});

/** The messages of the gateway, which it may send with the same status instead. */
const gatewayMessages: Partial<Record<ProblemName, string>> = {
  forbidden: 'Forbidden',
  tooLarge: 'Request Too Large',
  tooManyRequests: 'Too Many Requests',
  quotaExceeded: 'Too Many Requests',
  paceExceeded: 'Too Many Requests',
  unavailable: 'Service Unavailable',
};

/** The response of one type of problem, or of several that have a status in common. */
function replyOf(types: readonly (typeof documented)[number][]): ZodOpenApiResponseObject {
  const message = types.map(({ name }) => gatewayMessages[name]).find((text) => text !== undefined);
  const headerNames = [...new Set(types.flatMap((type) => type.headerNames))];
  const headers = Object.fromEntries(headerNames.map((header) => [header, replyHeaders[header]]));
  const [only] = types;
  const examples = types.map(({ id, example }) => [
    id,
    { value: example, summary: (example as { title: string }).title },
  ]);
  const content =
    only && types.length === 1
      ? { schema: only.schema, example: only.example }
      : { schema: unionByType(types.map(({ schema }) => schema)), examples: Object.fromEntries(examples) };
  return {
    id: types.map(({ id }) => id).join('Or'),
    description: types.map(({ description }) => description).join(' Or: '),
    ...(headerNames.length > 0 && { headers: z.object(headers) }),
    content: { 'application/problem+json': content, ...(message && gateway(message)) },
  };
}

/** The responses by their ids. The document refers to each, wherever it is. */
const replies = new Map<string, ZodOpenApiResponseObject>();

function sharedReplyOf(types: Parameters<typeof replyOf>[0]): ZodOpenApiResponseObject {
  const reply = replyOf(types);
  const shared = replies.get(reply.id ?? '') ?? reply;
  replies.set(reply.id ?? '', shared);
  return shared;
}

const unauthorized: ZodOpenApiResponseObject = {
  id: 'Unauthorized',
  description: 'The header `Authorization` has no key.',
  content: gateway('Unauthorized'),
};

const throttled: ZodOpenApiResponseObject = {
  id: 'Throttled',
  description: 'The API receives too many requests. Wait a moment, and send the request again.',
  content: gateway('Too Many Requests'),
};

const anyProblem: ZodOpenApiResponseObject = {
  id: 'AnyProblem',
  description: 'Any problem, including those that are not listed here.',
  content: { 'application/problem+json': { schema: problemSchema, example: documented[0]?.example } },
};

/** The error responses of a route, by status: its own problems, and those that every route may have. */
export function problemReplies(
  names: readonly ProblemName[],
  needsKey: boolean,
): Record<string, ZodOpenApiResponseObject> {
  // Public responses are compressed, so that `Accept-Encoding` can refuse them.
  const all: readonly ProblemName[] = [
    ...names,
    'forbidden',
    'unavailable',
    ...(needsKey ? [] : (['notAcceptable'] as const)),
  ];
  const own = Map.groupBy(
    documented.filter(({ name }) => all.includes(name)),
    ({ status }) => String(status),
  );
  return {
    '429': throttled,
    ...Object.fromEntries([...own].map(([status, types]) => [status, sharedReplyOf(types)])),
    ...(needsKey && { '401': unauthorized }),
    default: anyProblem,
  };
}
