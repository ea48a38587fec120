import { clip } from './error-list.ts';
import { type ProblemType, problemTypes } from './problem-types.ts';

/** Problem details (RFC 9457) as an answer, with the level at which the log reports them. */
export interface Problem {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: object;
  readonly logLevel: ProblemType['logLevel'];
}

const types: readonly ProblemType[] = Object.values(problemTypes);

/** The response to an error, by the table of problem types. */
export function problemOf(error: unknown, requestId: string): Problem {
  const type = types.find(({ matches }) => matches(error)) ?? problemTypes.internal;
  const { status, slug, title, logLevel, detail, members, headers } = type as ProblemType;
  const text = detail?.(error) ?? (error as Error).message;
  return {
    status,
    logLevel,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers?.(error) },
    body: { type: `/problems/${slug}`, title, status, detail: clip(text), ...members?.(error, requestId) },
  };
}
