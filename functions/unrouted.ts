import Negotiator from 'negotiator';
import { NotFound } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { immutableCaching } from './lib/http/caching.ts';
import { MethodNotAllowed } from './lib/http/http-errors.ts';
import type { Request } from './lib/http/request.ts';
import { problemPage } from './lib/pages/problem/problem-page.ts';
import { readerScript, readerScriptPath } from './lib/pages/script/reader-script.ts';
import type { WriteProblem } from './lib/route/problem-response.ts';
import { publicRoute } from './lib/route/route.ts';
import { type Route, routes } from './routes.ts';

/** The longest that any browser keeps a preflight: two hours. */
const preflightSeconds = 7_200;

/**
 * Tracers of browsers add headers of their own, such as `baggage` and `sentry-trace`. `*` allows all but
 * `Authorization`.
 */
const preflight = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': '*',
  'access-control-max-age': String(preflightSeconds),
};

function isOn(path: string, route: Route): boolean {
  const template = route.path.split('/');
  const segments = path.split('/');
  const matches = (segment: string, index: number) =>
    template[index]?.startsWith('{') ? segment !== '' : segment === template[index];
  return segments.length === template.length && segments.every(matches);
}

/**
 * The script of pages, which is no route of the API. Browsers keep it without asking again: its path changes with it.
 */
const script: Answer = {
  status: 200,
  headers: {
    ...immutableCaching,
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
  },
  body: readerScript,
};

/**
 * Answers what no route does: the script of pages, 404, 405 with the methods of the path, and the preflights of
 * browsers.
 */
async function answerUnrouted({ method, path }: Request): Promise<Answer> {
  if (path === readerScriptPath && (method === 'GET' || method === 'HEAD')) return script;
  const methods = routes.filter((route) => isOn(path, route)).map((route) => route.method);
  // The gateway matches routes by the path as it was sent, but hands it over decoded.
  const isDecodedOnly = methods.some((one) => one === method || (one === 'GET' && method === 'HEAD'));
  if (methods.length === 0 || isDecodedOnly)
    throw new NotFound(`Nothing has the path ${path}. All routes are listed at /docs.`);
  const isReadable = methods.includes('GET');
  const allowed = [...methods, ...(isReadable ? ['HEAD'] : []), 'OPTIONS'];
  if (method !== 'OPTIONS') throw new MethodNotAllowed(`${path} answers ${allowed.join(', ')}.`, allowed);
  return { status: 204, headers: { allow: allowed.join(', '), ...(isReadable && preflight) } };
}

/** Whether a client, by its `Accept`, would rather have a page than JSON. */
function prefersPage({ accept }: Readonly<Record<string, string | undefined>>): boolean {
  if (accept === undefined) return false;
  const [best] = new Negotiator({ headers: { accept } }).mediaTypes(['application/problem+json', 'text/html']);
  return best === 'text/html';
}

/** A person who follows a broken link gets a page, and a program a problem. */
const written: WriteProblem = (problem, event) =>
  problem.status === 404 && prefersPage(event.headers) ? problemPage(problem, event) : problem;

export const handler = publicRoute(answerUnrouted, written);
