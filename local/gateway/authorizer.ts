import type { LocalFunction } from '../functions/local-function.ts';
import { LocalSystemError } from '../local-system-error.ts';
import type { CommonEvent } from './request-event.ts';

export interface AuthorizerSettings {
  readonly target: LocalFunction;
  /** `$request.header.Authorization` and the like. */
  readonly identitySources: readonly string[];
  readonly cacheSeconds: number;
  readonly arn: string;
}

export type Verdict =
  | { readonly allowed: true; readonly context: object | undefined }
  | { readonly allowed: false; readonly because: 'no identity' | 'refused' | 'error' };

export type Authorizer = (event: CommonEvent) => Promise<Verdict>;

type IdentityReader = (event: CommonEvent) => string | undefined;

function identityReader(source: string): IdentityReader {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === 'header') return ({ headers }) => headers[name.toLowerCase()];
  if (place === 'querystring') return ({ queryStringParameters }) => queryStringParameters?.[name];
  throw new LocalSystemError(
    `The authorizer has the identity source ${source}, which the local system does not support. Add it in local/gateway/authorizer.ts.`,
  );
}

function verdictOf(answer: string): Verdict {
  const value = JSON.parse(answer) as { isAuthorized?: unknown; context?: object } | null;
  if (typeof value?.isAuthorized !== 'boolean') return { allowed: false, because: 'error' };
  if (!value.isAuthorized) return { allowed: false, because: 'refused' };
  return { allowed: true, context: value.context };
}

/**
 * A Lambda authorizer with simple responses. Its responses, but not its errors, are cached by identity for all routes,
 * for the time that the stack sets.
 */
export function createAuthorizer({ target, identitySources, cacheSeconds, arn }: AuthorizerSettings): Authorizer {
  const readers = identitySources.map(identityReader);
  const cache = new Map<string, { verdict: Verdict; until: number }>();

  function recall(key: string): Verdict | undefined {
    const now = Date.now();
    for (const [other, { until }] of cache) if (until <= now) cache.delete(other);
    return cache.get(key)?.verdict;
  }

  return async (event) => {
    const identity = readers.map((read) => read(event));
    if (identity.some((value) => !value)) return { allowed: false, because: 'no identity' };
    const key = JSON.stringify(identity);
    const recalled = recall(key);
    if (recalled) return recalled;
    try {
      const request = { ...event, type: 'REQUEST', routeArn: arn, identitySource: identity };
      const verdict = verdictOf(await target.invoke(JSON.stringify(request), event.headers['x-amzn-trace-id']));
      const isError = !verdict.allowed && verdict.because === 'error';
      if (cacheSeconds > 0 && identity.length > 0 && !isError) {
        cache.set(key, { verdict, until: Date.now() + cacheSeconds * 1000 });
      }
      return verdict;
    } catch {
      return { allowed: false, because: 'error' };
    }
  };
}
