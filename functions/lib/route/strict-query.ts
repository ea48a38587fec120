import { readQuery } from '../http/query-parameters.ts';
import type { Middleware } from './gateway.ts';
import { matchedRoute } from './matched-route.ts';

/** Refuses parameters that the route does not take, or that are given more than once. The default route takes any. */
export function strictQuery(): Middleware {
  return {
    before({ event }) {
      const route = matchedRoute(event);
      event.queryStringParameters = route ? readQuery(event.rawQueryString, route.query ?? []) : {};
    },
  };
}
