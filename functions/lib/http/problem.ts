import type { InputError } from '../../../events/input/errors.ts';
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
} from '../../../events/input/errors.ts';
import { isTransient } from '../runtime/failures.ts';
import { MethodNotAllowed, NotAcceptable, UnsupportedMediaType } from './http-errors.ts';

/** Problem details, RFC 9457, as an answer. */
export interface Problem {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: object;
}

interface Kind {
  readonly status: number;
  /** Ends the `type` URI `/problems/<slug>`, which clients may rely on. */
  readonly slug: string;
  readonly title: string;
}

/** Body keys and messages can be as long as the request; an answer must stay below the gateway's limit. */
const maximumErrors = 100;
const maximumTextLength = 1000;

const retrySoon = { 'retry-after': '1' };

function clip(text: string): string {
  return text.length > maximumTextLength ? `${text.slice(0, maximumTextLength)}…` : text;
}

function clipped(errors: readonly InputError[]): object {
  if (errors.length === 0) return {};
  const entries = errors.slice(0, maximumErrors).map((error) => {
    return Object.fromEntries(Object.entries(error).map(([member, text]) => [member, clip(text)]));
  });
  return { errors: entries };
}

/** Of one error the place and the reason, for who sees no more than `detail`; of several their number. */
function summary(errors: readonly InputError[], message: string): string {
  const [first, second] = errors;
  if (!first) return message;
  if (second) {
    const listed = errors.length > maximumErrors ? `the first ${maximumErrors} stand` : 'they stand';
    return `${errors.length} things are wrong with the request; ${listed} in errors.`;
  }
  const { detail, ...places } = first;
  const [place] = Object.values(places);
  return place ? `${clip(place)}: ${detail}` : detail;
}

function problem(kind: Kind, detail: string, more: object = {}, headers: Record<string, string> = {}): Problem {
  return {
    status: kind.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: { type: `/problems/${kind.slug}`, title: kind.title, status: kind.status, detail: clip(detail), ...more },
  };
}

/**
 * What the client is told of an error: the one place where errors become HTTP. Below 500 the reason is shown; from there
 * on it is not, only the id under which the log has it.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof InvalidInput) {
    const kind = { status: 400, slug: 'invalid-input', title: 'The request is not valid' };
    return problem(kind, summary(error.errors, error.message), clipped(error.errors));
  }
  if (error instanceof Forbidden) {
    return problem({ status: 403, slug: 'forbidden', title: 'The key does not allow this' }, error.message);
  }
  if (error instanceof NotFound) {
    const kind = { status: 404, slug: 'not-found', title: 'There is no such thing' };
    return problem(kind, error.message, {}, error.soon ? retrySoon : {});
  }
  if (error instanceof MethodNotAllowed) {
    const kind = { status: 405, slug: 'method-not-allowed', title: 'This path does not answer this method' };
    return problem(kind, error.message, {}, { allow: error.allowed.join(', ') });
  }
  if (error instanceof NotAcceptable) {
    const kind = { status: 406, slug: 'not-acceptable', title: 'There is no answer of an accepted kind' };
    return problem(kind, error.message);
  }
  if (error instanceof Conflict) {
    const kind = { status: 409, slug: 'conflict', title: 'The record holds something else' };
    return problem(kind, error.message, { stored: error.stored });
  }
  if (error instanceof StateConflict) {
    return problem({ status: 409, slug: 'state-conflict', title: 'This does not go with the state' }, error.message);
  }
  if (error instanceof Gone) {
    const kind = { status: 410, slug: 'retracted', title: 'The event was retracted' };
    return problem(kind, error.message, error.tombstone);
  }
  if (error instanceof StaleRevision) {
    const kind = { status: 412, slug: 'stale-revision', title: 'The revision is not the current one' };
    return problem(kind, error.message, { revision: error.revision });
  }
  if (error instanceof TooLarge) {
    const kind = { status: 413, slug: 'too-large', title: 'The request is too large' };
    return problem(kind, error.message, clipped(error.errors));
  }
  if (error instanceof UnsupportedMediaType) {
    const kind = { status: 415, slug: 'unsupported-media-type', title: 'The body is of a kind that is not read here' };
    return problem(kind, error.message, {}, { [error.header]: error.accepted.join(', ') });
  }
  if (error instanceof RevisionRequired) {
    const kind = { status: 428, slug: 'revision-required', title: 'The revision must be named' };
    return problem(kind, error.message, error.revision === undefined ? {} : { revision: error.revision });
  }
  if (error instanceof TooManyRequests) {
    const kind = { status: 429, slug: 'too-many-requests', title: 'This was asked for too often' };
    return problem(kind, error.message, {}, { 'retry-after': String(error.retryAfterSeconds) });
  }
  if (isTransient(error)) {
    const kind = { status: 503, slug: 'unavailable', title: 'Unavailable for a moment' };
    return problem(kind, 'Nothing is wrong with the request; send it again.', { requestId }, retrySoon);
  }
  const kind = { status: 500, slug: 'internal', title: 'Something went wrong on our side' };
  return problem(kind, 'The log has it under the request id.', { requestId });
}
