import { Forbidden } from '../../../events/input/errors.ts';
import type { Middleware } from './gateway.ts';
import { callerOf } from './gateway.ts';
import { matchedRoute } from './matched-route.ts';

/**
 * Refuses keys without the scope that the table of routes asks for. Nobody gets past a route without scope or
 * authorizer.
 */
export function scopeCheck(): Middleware {
  return {
    before({ event }) {
      const scope = matchedRoute(event)?.scope;
      const caller = callerOf(event);
      if (!scope || !caller) throw new Error(`The route ${event.routeKey} has no scope or no authorizer.`);
      if (scope !== 'any' && !caller.scopes.includes(scope))
        throw new Forbidden(`The key does not have the scope ${scope}.`);
    },
  };
}
