import {
  type Amounts,
  dailyUseSchema,
  exceededPace,
  exceededQuota,
  mostOf,
  type PacePoint,
} from '../../../events/quota.ts';
import { count } from '../runtime/observability.ts';
import type { Middleware } from './gateway.ts';
import { callerOf } from './gateway.ts';
import { matchedRoute } from './matched-route.ts';

/** What a newsroom is known to have used on a day, and in the last seconds; null if nothing is known. */
type KnownUse = (
  newsroom: string,
  day: string,
) => { readonly used: Amounts; readonly points: readonly PacePoint[] } | null;

/**
 * Refuses a request if the newsroom has used up the quota of its route, or that of bytes, or writes too fast. The authorizer knew what is used a minute ago at
 * most. If it could not read that, nothing is refused.
 *
 * @param knownUse what is known besides
 */
export function quotaCheck(knownUse: KnownUse): Middleware {
  return {
    before({ event }) {
      const { quota, neverRefused = false } = matchedRoute(event) ?? {};
      const caller = callerOf(event);
      if (!quota || !caller) throw new Error(`The route ${event.routeKey} has no quota or no authorizer.`);
      const { dailyUse } = event.requestContext.authorizer?.lambda ?? {};
      if (neverRefused || dailyUse === undefined) return;
      // For a minute after a deployment, it may be what the authorizer of another release knew.
      const { success, data } = dailyUseSchema.safeParse(JSON.parse(dailyUse));
      if (!success) return;
      const { newsroom } = caller;
      const now = Date.now();
      const known = knownUse(newsroom, data.day);
      const used = mostOf(data.used, known?.used ?? data.used);
      const exceeded =
        exceededQuota({ ...data, used }, [quota, 'bytes'], { newsroom, now }) ??
        exceededPace(known?.points ?? [], newsroom, now);
      if (!exceeded) return;
      count('QuotaRefusals');
      throw exceeded;
    },
  };
}
