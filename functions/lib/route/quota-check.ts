import { dailyUseSchema, exceededQuota } from '../../../events/quota.ts';
import { count } from '../runtime/observability.ts';
import type { Middleware } from './gateway.ts';
import { callerOf } from './gateway.ts';
import { matchedRoute } from './matched-route.ts';

/**
 * Refuses a request if the newsroom has used up the quota of its route, or that of bytes, by what the authorizer knew within the last
 * minute. If the authorizer could not read that, nothing is refused.
 */
export function quotaCheck(): Middleware {
  return {
    before({ event }) {
      const { quota, neverRefused = false } = matchedRoute(event) ?? {};
      const caller = callerOf(event);
      if (!quota || !caller) throw new Error(`The route ${event.routeKey} has no quota or no authorizer.`);
      const { dailyUse } = event.requestContext.authorizer?.lambda ?? {};
      if (neverRefused || dailyUse === undefined) return;
      // For a minute after a deployment, it may be what the authorizer of another release knew.
      const known = dailyUseSchema.safeParse(JSON.parse(dailyUse));
      const exceeded =
        known.success && exceededQuota(known.data, [quota, 'bytes'], { newsroom: caller.newsroom, now: Date.now() });
      if (!exceeded) return;
      count('QuotaRefusals');
      throw exceeded;
    },
  };
}
