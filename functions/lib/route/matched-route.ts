import { type Route, routes } from '../../routes.ts';
import type { GatewayEvent } from './gateway.ts';

/** Catches what no route of the table does. */
const defaultKey = '$default';

const byKey = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/**
 * The row of the table of routes by which the gateway chose this function; null on the default route.
 *
 * @throws {Error} if the table has no such route
 */
export function matchedRoute({ routeKey }: Pick<GatewayEvent, 'routeKey'>): Route | null {
  if (routeKey === defaultKey) return null;
  const route = byKey.get(routeKey.replace(/^HEAD /, 'GET '));
  if (!route) throw new Error(`The table of routes does not have ${routeKey}.`);
  return route;
}
