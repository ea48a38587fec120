import type { Answer } from '../http/answer.ts';
import type { KeyedRequest } from '../http/request.ts';
import type { Handler } from '../route/gateway.ts';
import { quotaCheck } from '../route/quota-check.ts';
import { keyedRoute } from '../route/route.ts';
import { knownPace, knownUse } from './known-use.ts';
import { useCount } from './use-count.ts';

/** The handler of a route that changes something: it needs a key, and counts against a quota of the key's newsroom. */
export function writingRoute(work: (request: KeyedRequest) => Promise<Answer>): Handler {
  return keyedRoute(work, [quotaCheck({ knownUse, knownPace }), useCount()]);
}
