import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import {
  Conflict,
  Forbidden,
  Gone,
  InvalidInput,
  NotFound,
  RevisionRequired,
  StaleRevision,
  StateConflict,
  TooLarge,
  TooManyRequests,
} from '../events/input/errors.ts';
import { MethodNotAllowed, NotAcceptable, UnsupportedMediaType } from '../functions/lib/http/http-errors.ts';
import { problemOf } from '../functions/lib/http/problem.ts';
import { acknowledgementExamples, tombstoneExample } from './examples.ts';
import { replyHeaders } from './reply-headers.ts';
import { eventIdField, eventTypeField, instantField, revisionField, storyField } from './schemas/fields.ts';
import { unionByType } from './schemas/union-by-type.ts';
import { acknowledgementSchema } from './schemas/writes.ts';

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
        description: 'One thing wrong with the request: one of pointer, parameter and header says where.',
      }),
  )
  .max(100);

const requestIdSchema = z.string().describe('The id under which the log has it.');

interface Kind {
  /** The name of its component is this and `Problem`. */
  readonly name: string;
  readonly description: string;
  /** Of a kind that `problemOf` makes this problem of. */
  readonly error: Error;
  readonly members?: z.ZodRawShape;
}

const kinds = {
  invalidInput: {
    name: 'InvalidInput',
    description: 'The request breaks a rule; nothing was written. `errors` has all that is wrong with it.',
    error: new InvalidInput([{ parameter: 'limit', detail: 'Is a whole number from 1 to 500.' }]),
    members: { errors: placesSchema },
  },
  forbidden: {
    name: 'Forbidden',
    description: 'The key has not the scope, the source or the story; or the request came around the public address.',
    error: new Forbidden('The key has not the scope events:write.'),
  },
  notFound: {
    name: 'NotFound',
    description: 'There is no such thing. With `Retry-After` it is on its way.',
    error: new NotFound('There is no event of this id.'),
  },
  methodNotAllowed: {
    name: 'MethodNotAllowed',
    description: 'The path answers other methods: the header `Allow` has them.',
    error: new MethodNotAllowed('/v1/timeline answers GET, HEAD, OPTIONS.', ['GET', 'HEAD', 'OPTIONS']),
  },
  notAcceptable: {
    name: 'NotAcceptable',
    description: 'The header `Accept` names none of the media types in which this is answered.',
    error: new NotAcceptable('A timeline comes as application/json, text/csv; or name a format.'),
  },
  conflict: {
    name: 'Conflict',
    description: 'The id is taken by other content, or the event was retracted. `stored` is what the record holds.',
    error: new Conflict(
      'This id is taken by an event with other content. Correct that event, or post this one under an id of its own.',
      acknowledgementExamples.recorded,
    ),
    members: { stored: acknowledgementSchema },
  },
  stateConflict: {
    name: 'StateConflict',
    description: 'What is asked for does not go with the state that things are in.',
    error: new StateConflict('The endpoint is not verified yet: verify it first.'),
  },
  retracted: {
    name: 'Retracted',
    description: 'The event was retracted, which is final; what it was about, and why.',
    error: new Gone('This event was retracted; the note says why.', tombstoneExample),
    members: {
      id: eventIdField,
      story: storyField,
      eventType: eventTypeField,
      note: z.string().describe('Why it was retracted.'),
      retractedAt: instantField,
      revision: revisionField,
    },
  },
  staleRevision: {
    name: 'StaleRevision',
    description: 'The change builds on a revision that is not the current one.',
    error: new StaleRevision(
      'This builds on revision 0, but the current revision is 1. Read it, and send If-Match: "1".',
      1,
    ),
    members: { revision: revisionField.describe('The current revision.') },
  },
  tooLarge: {
    name: 'TooLarge',
    description: 'An event has at most 64 KB as JSON, a request 1 MB.',
    error: new TooLarge('A request holds at most 1048576 bytes; this one has 1048577.'),
    members: { errors: placesSchema.optional() },
  },
  unsupportedMediaType: {
    name: 'UnsupportedMediaType',
    description: 'The body is of a media type, charset or content coding that is not read here.',
    error: new UnsupportedMediaType('Send the body as Content-Type: application/json.', 'accept', ['application/json']),
  },
  revisionRequired: {
    name: 'RevisionRequired',
    description: 'The change does not say which revision it builds on: send `If-Match`.',
    error: new RevisionRequired('To change the story send If-Match: "0", the revision that you have seen.', 0),
    members: { revision: revisionField.optional().describe('The current revision, where it is known.') },
  },
  askedTooOften: {
    name: 'AskedTooOften',
    description: 'This was asked for too often; `Retry-After` says when it may be asked for again.',
    error: new TooManyRequests('A newsroom sends pings at most 1000 times an hour; again in 90 s.', 90),
  },
  internal: {
    name: 'Internal',
    description: 'Something went wrong on our side.',
    error: new Error('Not shown.'),
    members: { requestId: requestIdSchema },
  },
  unavailable: {
    name: 'Unavailable',
    description: 'Nothing is wrong with the request; send it again.',
    error: Object.assign(new Error('Not shown.'), { name: 'TimeoutError' }),
    members: { requestId: requestIdSchema },
  },
} satisfies Record<string, Kind>;

export type ProblemName = keyof typeof kinds;

/** Errors of the gateway have a form of their own. */
const gatewayMessage = z
  .object({ message: z.string() })
  .meta({ id: 'GatewayMessage', description: 'What the gateway refuses itself, before any function is asked.' });

const gateway = (message: string) => ({ 'application/json': { schema: gatewayMessage, example: { message } } });

const documented = (Object.entries(kinds) as [ProblemName, Kind][]).map(([name, kind]) => {
  const { status, headers, body } = problemOf(kind.error, requestId);
  const { type } = body as { readonly type: string };
  const id = `${kind.name}Problem`;
  const schema = z
    .object({
      type: z.literal(type),
      title: z.string(),
      status: z.literal(status),
      detail: z.string().describe('What to know about this very case.'),
      ...kind.members,
    })
    .meta({ id, description: kind.description });
  return { name, id: kind.name, status, headers, type, description: kind.description, schema, example: body };
});

/** Any problem, told apart by its type. */
const problemSchema = unionByType(documented.map(({ schema }) => schema)).meta({
  id: 'Problem',
  description: 'Problem details (RFC 9457).',
});

const headersOf = (sent: Readonly<Record<string, string>>) => ({
  ...('allow' in sent && { Allow: replyHeaders.Allow }),
  ...('accept' in sent && { Accept: replyHeaders.Accept }),
});

/** Problems whose answer may say when to try again. */
const retryable: readonly ProblemName[] = ['notFound', 'askedTooOften', 'unavailable'];

/** What the gateway may say at the same status instead. */
const gatewayMessages: Partial<Record<ProblemName, string>> = {
  forbidden: 'Forbidden',
  tooLarge: 'Request Too Large',
  askedTooOften: 'Too Many Requests',
  unavailable: 'Service Unavailable',
};

const replies = new Map(
  documented.map(({ name, id, headers, description, schema, example }): [ProblemName, ZodOpenApiResponseObject] => {
    const message = gatewayMessages[name];
    const told = {
      ...headersOf(headers),
      ...(retryable.includes(name) && { 'Retry-After': replyHeaders['Retry-After'] }),
    };
    return [
      name,
      {
        id,
        description,
        ...(Object.keys(told).length > 0 && { headers: z.object(told) }),
        content: { 'application/problem+json': { schema, example }, ...(message && gateway(message)) },
      },
    ];
  }),
);

const unauthorized: ZodOpenApiResponseObject = {
  id: 'Unauthorized',
  description: 'There is no key in the header `Authorization`.',
  content: gateway('Unauthorized'),
};

const tooManyRequests: ZodOpenApiResponseObject = {
  id: 'TooManyRequests',
  description: 'There are too many requests; wait a moment.',
  content: gateway('Too Many Requests'),
};

const anyProblem: ZodOpenApiResponseObject = {
  id: 'AnyProblem',
  description: 'Any problem; so are all that are not told apart here.',
  content: { 'application/problem+json': { schema: problemSchema, example: documented[0]?.example } },
};

/** The answers, by status, of a route that may answer these problems; those that any route may answer are among them. */
export function problemReplies(
  names: readonly ProblemName[],
  needsKey: boolean,
): Record<string, ZodOpenApiResponseObject> {
  const all: readonly ProblemName[] = [...names, 'forbidden', 'unavailable'];
  const own = documented
    .filter(({ name }) => all.includes(name))
    .map(({ name, status }) => [String(status), replies.get(name)] as const);
  return {
    '429': tooManyRequests,
    ...(Object.fromEntries(own) as Record<string, ZodOpenApiResponseObject>),
    ...(needsKey && { '401': unauthorized }),
    default: anyProblem,
  };
}
