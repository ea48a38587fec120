import { NotFound } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { MethodNotAllowed } from './lib/http/http-errors.ts';
import type { Request } from './lib/http/request.ts';
import { publicRoute } from './lib/route/route.ts';
import { type Route, routes } from './routes.ts';

/** Browsers ask again after what they cap it at, two hours at most. */
const preflightSeconds = 7_200;

const preflight = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'accept, content-type, if-none-match, traceparent, tracestate',
  'access-control-max-age': String(preflightSeconds),
};

function isOn(path: string, route: Route): boolean {
  const template = route.path.split('/');
  const segments = path.split('/');
  const matches = (segment: string, index: number) =>
    template[index]?.startsWith('{') ? segment !== '' : segment === template[index];
  return segments.length === template.length && segments.every(matches);
}

/** Answers what no route takes: 404, 405 with what the path does take, and the preflights of browsers. */
async function answerUnrouted({ method, path }: Request): Promise<Answer> {
  const methods = routes.filter((route) => isOn(path, route)).map((route) => route.method);
  // The gateway looks for routes in the path as it was sent, and hands it over decoded.
  const isOnlySpelt = methods.some((one) => one === method || (one === 'GET' && method === 'HEAD'));
  if (methods.length === 0 || isOnlySpelt)
    throw new NotFound(`There is nothing at ${path}. See /docs for what there is.`);
  const isReadable = methods.includes('GET');
  const allowed = [...methods, ...(isReadable ? ['HEAD'] : []), 'OPTIONS'];
  if (method !== 'OPTIONS') throw new MethodNotAllowed(`${path} answers ${allowed.join(', ')}.`, allowed);
  return { status: 204, headers: { allow: allowed.join(', '), ...(isReadable && preflight) } };
}

export const handler = publicRoute(answerUnrouted);
