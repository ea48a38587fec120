import { exceededPace, type KnownPace } from '../../../events/pace.ts';
import { type Amounts, dailyUseOf, exceededQuota, mostOf } from '../../../events/quota.ts';
import { count } from '../runtime/observability.ts';
import type { Middleware } from './gateway.ts';
import { callerOf } from './gateway.ts';
import { matchedRoute } from './matched-route.ts';

interface Known {
  /** What a newsroom is known to have used on a day; null if nothing is known. */
  knownUse(newsroom: string, day: string): Amounts | null;
  /** What it is known to have written in the window of an instant. */
  knownPace(newsroom: string, now: number): KnownPace;
}

/**
 * Refuses a request if the newsroom has used up a quota of its route, or that of bytes, or writes too fast. The
 * authorizer knew what is used a minute ago at most. If it could not read that, nothing is refused.
 *
 * @param known what is known besides
 */
export function quotaCheck({ knownUse, knownPace }: Known): Middleware {
  return {
    before({ event }) {
      const { quota, otherQuota, neverRefused = false } = matchedRoute(event) ?? {};
      const caller = callerOf(event);
      if (!quota || !caller) throw new Error(`The route ${event.routeKey} has no quota or no authorizer.`);
      const { dailyUse } = event.requestContext.authorizer?.lambda ?? {};
      const known = neverRefused ? null : dailyUseOf(dailyUse);
      if (!known) return;
      const { newsroom } = caller;
      const now = Date.now();
      const used = mostOf(known.used, knownUse(newsroom, known.day) ?? known.used);
      const exceeded =
        exceededQuota({ ...known, used }, [quota, ...(otherQuota ? [otherQuota] : []), 'bytes'], { newsroom, now }) ??
        exceededPace(knownPace(newsroom, now), newsroom, now);
      if (!exceeded) return;
      count('QuotaRefusals');
      throw exceeded;
    },
  };
}
