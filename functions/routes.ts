import { filterParameters, storyFilterParameters } from '../events/filters/filter-table.ts';

/**
 * The table of routes: data only. The stack, the tests, the document and the functions themselves loop over it.
 *
 * Every GET route answers HEAD too.
 */
export type Scope = 'events:write' | 'events:redact' | 'stories:write' | 'webhooks:manage';

/** The headers that change what a request does. `ce-*` are the attributes of an event in binary mode. */
export type RequestHeader = 'if-match' | 'if-none-match' | 'idempotency-key' | 'ce-*' | 'follows';

/** The headers of responses that web pages of other origins may read: those by which they ask for more. */
export const exposedHeaders = ['etag', 'link', 'retry-after', 'timeline-truncated'] as const;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The file in `functions/` that answers. */
  readonly function: string;
  /** What a key needs; `any` if every key will do, absent where reading is free. */
  readonly scope?: Scope | 'any';
  /** The parameters of its query. Any other is refused. */
  readonly query?: readonly string[];
  /** The daily quota of the newsroom that it counts against. Every route that changes something has one. */
  readonly quota?: 'events' | 'changes';
  /** The other quota that it may count against: it is refused if either is used up. */
  readonly otherQuota?: 'events' | 'changes';
  /** Whether it works when the quota is used up: it takes something back, or stops something. */
  readonly neverRefused?: true;
  /** The headers that it acts on. On a route that writes any other of these is refused. */
  readonly headers?: readonly RequestHeader[];
}

const endpoints = '/v1/webhook-endpoints';
const endpoint = `${endpoints}/{endpoint}`;
const heldEvents = '/v1/held-events';
const heldEvent = `${heldEvents}/{id}`;
const manage = { scope: 'webhooks:manage' } as const;
const changing = { ...manage, quota: 'changes' } as const;
const stopping = { ...changing, neverRefused: true } as const;

const cached: readonly RequestHeader[] = ['if-none-match'];
const page = ['limit', 'cursor'];
const range = ['from', 'to', 'date', 'tz', 'match'];
const storyPage = ['from', 'to', ...storyFilterParameters, 'q', 'asOf', 'order', 'cursor', 'language'];
const changesParameters = ['after', 'limit', ...filterParameters, ...range];

const rows: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/events',
    function: 'append-event',
    scope: 'events:write',
    quota: 'events',
    query: ['publishAt', 'strict'],
    headers: ['idempotency-key', 'ce-*', 'follows'],
  },
  { method: 'GET', path: '/v1/newsroom', function: 'read-newsroom', scope: 'any' },
  { method: 'GET', path: heldEvents, function: 'read-held-events', scope: 'events:write', query: page },
  { method: 'GET', path: heldEvent, function: 'read-held-events', scope: 'events:write' },
  {
    method: 'PUT',
    path: heldEvent,
    function: 'replace-held-event',
    scope: 'events:write',
    quota: 'changes',
    query: ['publishAt'],
    headers: ['if-match', 'ce-*'],
  },
  {
    method: 'DELETE',
    path: heldEvent,
    function: 'retract-held-event',
    scope: 'events:write',
    quota: 'changes',
    neverRefused: true,
    headers: ['if-match'],
  },
  {
    method: 'POST',
    path: `${heldEvent}/release`,
    function: 'release-held-event',
    scope: 'events:write',
    quota: 'changes',
  },
  {
    method: 'PUT',
    path: '/v1/events',
    function: 'correct-event',
    scope: 'events:write',
    query: ['id', 'source', 'strict'],
    quota: 'changes',
    otherQuota: 'events',
    headers: ['if-match'],
  },
  {
    method: 'POST',
    path: '/v1/events/{id}/corrections',
    function: 'correct-event',
    scope: 'events:write',
    query: ['strict'],
    quota: 'changes',
    headers: ['if-match'],
  },
  {
    method: 'POST',
    path: '/v1/events/{id}/retraction',
    function: 'retract-event',
    scope: 'events:write',
    quota: 'changes',
    neverRefused: true,
    headers: ['if-match'],
  },
  {
    method: 'POST',
    path: '/v1/events/{id}/redaction',
    function: 'redact-event',
    scope: 'events:redact',
    quota: 'changes',
    neverRefused: true,
  },
  { method: 'GET', path: '/v1/events/{id}/redaction', function: 'read-redaction', scope: 'events:redact' },
  {
    method: 'PUT',
    path: '/v1/stories/{story}',
    function: 'describe-story',
    scope: 'stories:write',
    quota: 'changes',
    headers: ['if-match', 'if-none-match'],
  },
  {
    method: 'DELETE',
    path: '/v1/stories/{story}',
    function: 'withdraw-story',
    scope: 'stories:write',
    quota: 'changes',
    neverRefused: true,
    headers: ['if-match'],
  },
  {
    method: 'POST',
    path: '/v1/stories/{story}/unlistings',
    function: 'unlist-event',
    scope: 'stories:write',
    quota: 'changes',
    neverRefused: true,
  },
  {
    method: 'GET',
    path: '/v1/timeline',
    function: 'read-timeline',
    query: [...range, 'ongoing', ...filterParameters, 'q', 'asOf', 'order', ...page, 'format', 'language'],
    headers: cached,
  },
  {
    method: 'GET',
    path: '/v1/timeline/counts',
    function: 'read-counts',
    query: ['interval', ...range, 'ongoing', ...filterParameters, 'q', 'asOf', 'cursor'],
    headers: cached,
  },
  {
    method: 'GET',
    path: '/v1/timeline/facets',
    function: 'read-facets',
    query: [...range, 'ongoing', ...filterParameters, 'q', 'asOf', 'cursor'],
    headers: cached,
  },
  {
    method: 'GET',
    path: '/v1/events',
    function: 'read-event',
    query: ['id', 'source', 'revision', 'asOf'],
    headers: cached,
  },
  { method: 'GET', path: '/v1/events/{id}', function: 'read-event', query: ['revision', 'asOf'], headers: cached },
  { method: 'GET', path: '/v1/events/{id}/history', function: 'read-history', query: ['after'], headers: cached },
  { method: 'GET', path: '/v1/stories', function: 'list-stories', query: ['asOf', ...page], headers: cached },
  { method: 'GET', path: '/v1/stories/{story}', function: 'read-story', query: ['asOf'], headers: cached },
  {
    method: 'GET',
    path: '/v1/changes',
    function: 'read-changes',
    query: changesParameters,
    headers: cached,
  },
  // Held requests have a function of their own, so that they take nothing from plain reads, and a key, so that they can
  // be bounded.
  {
    method: 'GET',
    path: '/v1/changes/wait',
    function: 'wait-for-changes',
    scope: 'any',
    query: ['seconds', ...changesParameters],
    headers: cached,
  },
  {
    method: 'GET',
    path: '/v1/corrections',
    function: 'read-corrections',
    query: ['story', 'from', 'to', 'asOf', ...page],
    headers: cached,
  },
  { method: 'GET', path: '/v1/health', function: 'read-health', headers: cached },
  { method: 'POST', path: endpoints, function: 'create-endpoint', ...changing },
  { method: 'GET', path: endpoints, function: 'read-endpoints', query: page, ...manage },
  { method: 'GET', path: endpoint, function: 'read-endpoints', ...manage },
  { method: 'PATCH', path: endpoint, function: 'change-endpoint', ...changing },
  { method: 'DELETE', path: endpoint, function: 'delete-endpoint', ...stopping },
  { method: 'POST', path: `${endpoint}/verify`, function: 'verify-endpoint', ...changing },
  { method: 'POST', path: `${endpoint}/ping`, function: 'ping-endpoint', ...changing },
  { method: 'POST', path: `${endpoint}/enable`, function: 'enable-endpoint', ...changing },
  { method: 'POST', path: `${endpoint}/disable`, function: 'disable-endpoint', ...stopping },
  { method: 'POST', path: `${endpoint}/secret/rotate`, function: 'rotate-secret', ...stopping },
  {
    method: 'GET',
    path: `${endpoint}/deliveries`,
    function: 'read-deliveries',
    query: ['status', 'from', 'to', 'order', ...page],
    ...manage,
  },
  { method: 'GET', path: `${endpoint}/deliveries/{position}`, function: 'read-deliveries', ...manage },
  { method: 'POST', path: `${endpoint}/deliveries/{position}/redeliver`, function: 'redeliver', ...changing },
  { method: 'POST', path: `${endpoint}/replay`, function: 'replay-deliveries', ...changing },
  { method: 'GET', path: `${endpoint}/events`, function: 'read-messages', query: ['after', 'limit'], ...manage },
  {
    method: 'GET',
    path: '/v1/events/{id}/receipts',
    function: 'read-receipts',
    query: ['after', 'limit'],
    ...manage,
  },
  { method: 'GET', path: '/', function: 'read-stories-page', query: ['cursor', 'language'], headers: cached },
  { method: 'GET', path: '/stories/{story}', function: 'read-story-page', query: storyPage, headers: cached },
  { method: 'GET', path: '/embed/stories/{story}', function: 'read-story-page', query: storyPage, headers: cached },
  { method: 'GET', path: '/events/{id}', function: 'read-event-page', query: ['after', 'language'], headers: cached },
  {
    method: 'GET',
    path: '/corrections',
    function: 'read-corrections-page',
    query: ['story', 'from', 'to', 'cursor', 'language'],
    headers: cached,
  },
  { method: 'GET', path: '/sitemap.xml', function: 'read-discovery', headers: cached },
  { method: 'GET', path: '/robots.txt', function: 'read-discovery', headers: cached },
  {
    method: 'GET',
    path: '/oembed',
    function: 'read-discovery',
    query: ['url', 'maxwidth', 'maxheight', 'format', 'dnt'],
    headers: cached,
  },
  { method: 'GET', path: '/v1/openapi.json', function: 'read-documentation', headers: cached },
  { method: 'GET', path: '/docs', function: 'read-documentation', headers: cached },
  { method: 'GET', path: '/docs/{page}', function: 'read-documentation', headers: cached },
  { method: 'GET', path: '/docs/schemas/{schema}', function: 'read-documentation', headers: cached },
  { method: 'GET', path: '/docs/guides/{guide}', function: 'read-guide', headers: cached },
];

/** Whatever changes something can be tried first. */
const triable = (route: Route): Route =>
  route.quota ? { ...route, query: [...(route.query ?? []), 'dryRun'] } : route;

export const routes: readonly Route[] = rows.map(triable);

/** All scopes that a key can have: those that routes require. */
export const scopes: readonly Scope[] = [
  ...new Set(routes.flatMap(({ scope }) => (scope === undefined || scope === 'any' ? [] : scope))),
];
