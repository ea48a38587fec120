import { decodePercent } from './decode-percent.ts';

const defaultKey = '$default';

type Segment = { readonly kind: 'fixed' | 'variable' | 'greedy'; readonly name: string };

interface ParsedRoute<Target> {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly target: Target;
}

export interface RouteMatch<Target> {
  /** As in the template: `GET /v1/events/{id}`, `$default`. */
  readonly key: string;
  readonly target: Target;
  /** Percent-decoded; undefined if the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

function parseSegment(text: string): Segment {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'fixed', name: text };
  return { kind: plus ? 'greedy' : 'variable', name };
}

function parseRoute<Target>(key: string, target: Target): ParsedRoute<Target> {
  const [method = '', path = ''] = key.split(' ');
  return { key, method, segments: path.split('/').slice(1).map(parseSegment), target };
}

function matchPath(segments: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, { kind, name }] of segments.entries()) {
    if (kind === 'greedy') {
      const rest = path.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [name]: decodePercent(rest) };
    }
    const text = path[index];
    if (text === undefined || (kind === 'fixed' ? text !== name : text === '')) return undefined;
    if (kind === 'variable') parameters[name] = decodePercent(text);
  }
  return path.length === segments.length ? parameters : undefined;
}

/** Orders routes: from the left, a fixed segment before a variable before a greedy one; a method before ANY. */
function bySpecificity(a: ParsedRoute<unknown>, b: ParsedRoute<unknown>): number {
  const rank = { fixed: 0, variable: 1, greedy: 2 };
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    const difference = other ? rank[segment.kind] - rank[other.kind] : 0;
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

/**
 * Finds the route of a request in the order of API Gateway: full matches, then variables, then `{greedy+}`, then
 * `$default`.
 */
export function createRouteTable<Target>(
  routes: ReadonlyMap<string, Target>,
): (method: string, path: string) => RouteMatch<Target> | undefined {
  const parsed = [...routes]
    .filter(([key]) => key !== defaultKey)
    .map(([key, target]) => parseRoute(key, target))
    .sort(bySpecificity);
  const fallback = routes.get(defaultKey);

  return (method, path) => {
    const pathSegments = path.split('/').slice(1);
    for (const { key, method: routeMethod, segments, target } of parsed) {
      if (routeMethod !== method && routeMethod !== 'ANY') continue;
      const parameters = matchPath(segments, pathSegments);
      if (parameters === undefined) continue;
      return { key, target, pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined };
    }
    return fallback && { key: defaultKey, target: fallback, pathParameters: undefined };
  };
}
