/**
 * The table of routes: data only. The stack, the tests and the functions themselves loop over it.
 *
 * `function` is the file in `functions/` that answers; `scope` is what a key needs, absent where reading is free.
 * Every GET route answers HEAD too.
 */
export type Scope = 'events:write' | 'stories:write';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly function: string;
  readonly scope?: Scope;
}

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
  { method: 'GET', path: '/v1/openapi.json', function: 'read-documentation' },
  { method: 'GET', path: '/docs', function: 'read-documentation' },
];
