import { InvalidInput } from '../../../events/input/errors.ts';
import type { RequestHeader, Route } from '../../routes.ts';
import { readQuery, withoutEmptyFields } from '../http/query-parameters.ts';
import type { Middleware } from './gateway.ts';
import { matchedRoute } from './matched-route.ts';

/**
 * Refuses parameters that the route does not take, or that are given more than once. The default route takes any.
 *
 * @param ofForm whether a form may send the query: its empty fields are left out
 */
export function strictQuery(ofForm = false): Middleware {
  return {
    before({ event }) {
      const route = matchedRoute(event);
      if (ofForm) event.rawQueryString = withoutEmptyFields(event.rawQueryString);
      event.queryStringParameters = route ? readQuery(event.rawQueryString, route.query ?? []) : {};
    },
  };
}

/**
 * `If-None-Match` and `Idempotency-Key` ask of a read what holds anyway, and attributes of an event mean nothing to it.
 */
const refusedByReads: readonly RequestHeader[] = ['if-match'];
const refusedByWrites: readonly RequestHeader[] = ['if-match', 'if-none-match', 'idempotency-key', 'ce-*', 'follows'];

function refusedBy({ method, headers = [] }: Route): readonly RequestHeader[] {
  const refused = method === 'GET' ? refusedByReads : refusedByWrites;
  return refused.filter((header) => !headers.includes(header));
}

/**
 * Refuses headers that the route does not act on, though others do: their sender would believe that they held. The
 * default route takes any.
 */
export function strictHeaders(): Middleware {
  return {
    before({ event }) {
      const route = matchedRoute(event);
      if (!route) return;
      const refused = refusedBy(route);
      const isRefused = (name: string) => refused.some((one) => one === (name.startsWith('ce-') ? 'ce-*' : name));
      const errors = Object.keys(event.headers)
        .filter(isRefused)
        .map((header) => ({ header, detail: `Does not apply to ${route.method} ${route.path}; leave it out.` }));
      if (errors.length > 0) throw new InvalidInput(errors);
    },
  };
}
