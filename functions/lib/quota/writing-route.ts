import type { Answer } from '../http/answer.ts';
import type { KeyedRequest } from '../http/request.ts';
import type { Handler } from '../route/gateway.ts';
import { quotaCheck } from '../route/quota-check.ts';
import { keyedRoute } from '../route/route.ts';
import { inDryRun, isDryRun } from '../runtime/dry-run.ts';
import { assertDryRunParameter, markedAsDryRun, mayBeDryRun } from './dry-run-request.ts';
import { knownPace, knownUse, tryOut } from './known-use.ts';
import { useCount } from './use-count.ts';

/**
 * The handler of a route that changes something: it needs a key, and counts against a quota of the key's newsroom. With
 * `dryRun=true` it takes the same way, and writes nothing.
 */
export function writingRoute(work: (request: KeyedRequest) => Promise<Answer>): Handler {
  const checked = (request: KeyedRequest) => {
    assertDryRunParameter(request);
    if (isDryRun()) tryOut(request.caller.newsroom, 1, request.now);
    return work(request);
  };
  const handler = keyedRoute(checked, [quotaCheck({ knownUse, knownPace }), useCount()]);
  return (event, context) =>
    mayBeDryRun(event) ? inDryRun(async () => markedAsDryRun(await handler(event, context))) : handler(event, context);
}
