import {
  Conflict,
  Forbidden,
  Gone,
  InvalidInput,
  NotFound,
  NotPublishedYet,
  PaceExceeded,
  QuotaExceeded,
  Redacted,
  RevisionRequired,
  StaleRevision,
  StateConflict,
  TooLarge,
  TooManyRequests,
} from '../../../events/input/errors.ts';
import { maximumErrors } from '../../../events/input/limits.ts';
import { isTransient } from '../runtime/failures.ts';
import { clip, listed, summaryOf } from './error-list.ts';
import { MethodNotAllowed, NotAcceptable, UnsupportedMediaType } from './http-errors.ts';

/** What every error of a kind has in common, and what a response takes from one such error. */
interface Row<Failure> {
  readonly status: number;
  /** Ends the `type` URI `/problems/<slug>`, which clients may rely on. */
  readonly slug: string;
  readonly title: string;
  /** `debug` for errors of a client, which only the client can fix; `error` for ours. */
  readonly logLevel: 'debug' | 'error';
  readonly detail?: (failure: Failure) => string;
  /** Members of the response beside those of RFC 9457. */
  readonly members?: (failure: Failure, requestId: string) => object;
  readonly headers?: (failure: Failure) => Readonly<Record<string, string>>;
}

/** A row of the table, for an error that `matches`. */
export interface ProblemType extends Row<unknown> {
  readonly matches: (error: unknown) => boolean;
}

const retrySoon = { 'retry-after': '1' };

const withRequestId = (_: unknown, requestId: string) => ({ requestId });

function problemType<Failure extends Error>(
  failure: abstract new (...values: never[]) => Failure,
  row: Row<Failure>,
): ProblemType {
  // `detail`, `members` and `headers` get no error but one that matches.
  return { ...(row as Row<unknown>), matches: (error) => error instanceof failure };
}

/**
 * Every error that becomes a response, by the name that the OpenAPI document refers to it by. The first row that
 * matches counts; the last one matches anything.
 */
export const problemTypes = {
  invalidInput: problemType(InvalidInput, {
    status: 400,
    slug: 'invalid-input',
    title: 'The request is invalid',
    logLevel: 'debug',
    detail: ({ errors, message }) => summaryOf(errors) ?? message,
    members: ({ errors }) => listed(errors),
  }),
  forbidden: problemType(Forbidden, {
    status: 403,
    slug: 'forbidden',
    title: 'The request is not allowed',
    logLevel: 'debug',
  }),
  notFound: problemType(NotFound, {
    status: 404,
    slug: 'not-found',
    title: 'Not found',
    logLevel: 'debug',
    headers: (error) => (error instanceof NotPublishedYet ? retrySoon : {}),
  }),
  methodNotAllowed: problemType(MethodNotAllowed, {
    status: 405,
    slug: 'method-not-allowed',
    title: 'The method is not allowed for this path',
    logLevel: 'debug',
    headers: ({ allowed }) => ({ allow: allowed.join(', ') }),
  }),
  notAcceptable: problemType(NotAcceptable, {
    status: 406,
    slug: 'not-acceptable',
    title: 'The response is not available in an accepted form',
    logLevel: 'debug',
  }),
  conflict: problemType(Conflict, {
    status: 409,
    slug: 'conflict',
    title: 'The request conflicts with the record',
    logLevel: 'debug',
    members: ({ stored, changed }) => ({
      ...(stored && { stored }),
      ...(changed.length > 0 && { changed: changed.slice(0, maximumErrors).map(clip) }),
    }),
  }),
  stateConflict: problemType(StateConflict, {
    status: 409,
    slug: 'state-conflict',
    title: 'The current state does not allow this',
    logLevel: 'debug',
  }),
  retracted: problemType(Gone, {
    status: 410,
    slug: 'retracted',
    title: 'The event was retracted',
    logLevel: 'debug',
    members: ({ tombstone }) => tombstone,
  }),
  redacted: problemType(Redacted, {
    status: 410,
    slug: 'redacted',
    title: 'The content was taken down',
    logLevel: 'debug',
    members: ({ tombstone }) => tombstone,
  }),
  staleRevision: problemType(StaleRevision, {
    status: 412,
    slug: 'stale-revision',
    title: 'The current revision is not the expected one',
    logLevel: 'debug',
    members: ({ revision }) => (revision === undefined ? {} : { revision }),
  }),
  tooLarge: problemType(TooLarge, {
    status: 413,
    slug: 'too-large',
    title: 'The request is too large',
    logLevel: 'debug',
    members: ({ errors }) => listed(errors),
  }),
  unsupportedMediaType: problemType(UnsupportedMediaType, {
    status: 415,
    slug: 'unsupported-media-type',
    title: 'The format of the body is not supported',
    logLevel: 'debug',
    headers: ({ header, accepted }) => ({ [header]: accepted.join(', ') }),
  }),
  revisionRequired: problemType(RevisionRequired, {
    status: 428,
    slug: 'revision-required',
    title: 'The request must name a revision',
    logLevel: 'debug',
    members: ({ revision }) => (revision === undefined ? {} : { revision }),
  }),
  tooManyRequests: problemType(TooManyRequests, {
    status: 429,
    slug: 'too-many-requests',
    title: 'Too many requests',
    logLevel: 'debug',
    headers: ({ retryAfterSeconds }) => ({ 'retry-after': String(retryAfterSeconds) }),
  }),
  quotaExceeded: problemType(QuotaExceeded, {
    status: 429,
    slug: 'quota-exceeded',
    title: 'A quota of the newsroom is used up',
    logLevel: 'debug',
    members: ({ exceeded: { quota, limit, used, resetsAt } }) => ({ quota, limit, used, resetsAt }),
    headers: ({ exceeded }) => ({ 'retry-after': String(exceeded.retryAfterSeconds) }),
  }),
  paceExceeded: problemType(PaceExceeded, {
    status: 429,
    slug: 'pace-exceeded',
    title: 'The newsroom writes too fast',
    logLevel: 'debug',
    members: ({ exceeded: { limit, windowSeconds } }) => ({ limit, windowSeconds }),
    headers: ({ exceeded }) => ({ 'retry-after': String(exceeded.retryAfterSeconds) }),
  }),
  // What ours are about is for the log alone: a client gets the id under which it is found there.
  unavailable: {
    matches: isTransient,
    status: 503,
    slug: 'unavailable',
    title: 'The service is temporarily unavailable',
    logLevel: 'error',
    detail: () => 'Nothing is wrong with the request. Send it again.',
    members: withRequestId,
    headers: () => retrySoon,
  },
  internal: {
    matches: () => true,
    status: 500,
    slug: 'internal',
    title: 'Internal error',
    logLevel: 'error',
    detail: () => 'Something went wrong on our side. The log has the cause under the requestId.',
    members: withRequestId,
  },
} satisfies Record<string, ProblemType>;

export type ProblemName = keyof typeof problemTypes;
