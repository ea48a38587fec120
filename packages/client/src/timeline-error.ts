import type { Problem } from './schemas.ts';

/** The members that every problem has; the gateway answers with a message alone. */
type ErrorBody = Problem | { readonly message: string } | null;

const detailOf = (body: ErrorBody): string | undefined => {
  if (body === null) return undefined;
  if ('message' in body) return body.message;
  return 'detail' in body && typeof body.detail === 'string' ? body.detail : body.title;
};

/** An error response of the API, or a response that is none of the API, such as a page of a proxy. */
export class TimelineError extends Error {
  override readonly name = 'TimelineError';
  /** The HTTP status. */
  readonly status: number;
  /** The problem (RFC 9457), with the fields at fault if there are any. Null if the response was not JSON. */
  readonly problem: ErrorBody;
  /** After how many seconds to try again, if the response says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(request: string, response: Response, problem: ErrorBody, retryAfterSeconds: number | undefined) {
    super(`${request}: ${response.status} ${detailOf(problem) ?? response.statusText}`.trim());
    this.status = response.status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
