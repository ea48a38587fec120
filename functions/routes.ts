/**
 * The table of routes: data only. The stack, the tests and the functions themselves loop over it.
 *
 * `function` is the file in `functions/` that answers; `scope` is what a key needs, absent where reading is free.
 * Every GET route answers HEAD too.
 */
export type Scope = 'events:write' | 'stories:write' | 'webhooks:manage';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly function: string;
  readonly scope?: Scope;
}

const endpoints = '/v1/webhook-endpoints';
const endpoint = `${endpoints}/{endpoint}`;
const manage = { scope: 'webhooks:manage' } as const;

export const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/events', function: 'append-event', scope: 'events:write' },
  { method: 'POST', path: '/v1/events/{id}/corrections', function: 'correct-event', scope: 'events:write' },
  { method: 'POST', path: '/v1/events/{id}/retraction', function: 'retract-event', scope: 'events:write' },
  { method: 'PUT', path: '/v1/stories/{story}', function: 'describe-story', scope: 'stories:write' },
  { method: 'GET', path: '/v1/timeline', function: 'read-timeline' },
  { method: 'GET', path: '/v1/timeline/counts', function: 'read-counts' },
  { method: 'GET', path: '/v1/events/{id}', function: 'read-event' },
  { method: 'GET', path: '/v1/events/{id}/history', function: 'read-history' },
  { method: 'GET', path: '/v1/stories', function: 'list-stories' },
  { method: 'GET', path: '/v1/stories/{story}', function: 'read-story' },
  { method: 'GET', path: '/v1/changes', function: 'read-changes' },
  { method: 'GET', path: '/v1/corrections', function: 'read-corrections' },
  { method: 'POST', path: endpoints, function: 'create-endpoint', ...manage },
  { method: 'GET', path: endpoints, function: 'list-endpoints', ...manage },
  { method: 'GET', path: endpoint, function: 'read-endpoint', ...manage },
  { method: 'PATCH', path: endpoint, function: 'change-endpoint', ...manage },
  { method: 'DELETE', path: endpoint, function: 'delete-endpoint', ...manage },
  { method: 'POST', path: `${endpoint}/verify`, function: 'verify-endpoint', ...manage },
  { method: 'POST', path: `${endpoint}/ping`, function: 'ping-endpoint', ...manage },
  { method: 'POST', path: `${endpoint}/enable`, function: 'enable-endpoint', ...manage },
  { method: 'POST', path: `${endpoint}/disable`, function: 'disable-endpoint', ...manage },
  { method: 'POST', path: `${endpoint}/secret/rotate`, function: 'rotate-secret', ...manage },
  { method: 'GET', path: `${endpoint}/deliveries`, function: 'list-deliveries', ...manage },
  { method: 'GET', path: `${endpoint}/deliveries/{position}`, function: 'read-delivery', ...manage },
  { method: 'POST', path: `${endpoint}/deliveries/{position}/redeliver`, function: 'redeliver', ...manage },
  { method: 'POST', path: `${endpoint}/replay`, function: 'replay-deliveries', ...manage },
  { method: 'GET', path: `${endpoint}/events`, function: 'read-messages', ...manage },
  { method: 'GET', path: '/v1/events/{id}/receipts', function: 'read-receipts', ...manage },
  { method: 'GET', path: '/v1/openapi.json', function: 'read-documentation' },
  { method: 'GET', path: '/docs', function: 'read-documentation' },
];
