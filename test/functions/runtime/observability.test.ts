import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../../', import.meta.url);

const environment = {
  PATH: process.env.PATH ?? '',
  POWERTOOLS_SERVICE_NAME: 'append-event',
  POWERTOOLS_METRICS_NAMESPACE: 'Timeline',
  ORIGIN_SECRET: process.env.ORIGIN_SECRET ?? '',
};

const program = `
  import { InvalidInput } from './events/input/errors.ts';
  import { keyedRoute } from './functions/lib/route/route.ts';
  import { count, logger, milliseconds } from './functions/lib/runtime/observability.ts';
  import { gatewayEvent, lambdaContext } from './test/support/world/gateway-event.ts';

  const steps = {
    quiet() { count('EventsAppended', 0); },
    counting() { count('EventsAppended'); count('EventsAppended', 2); milliseconds('ProjectionLag', 125); },
    logging() { logger.info('Something.', { eventId: 'evt_a' }); },
    failing() {
      const Item = { event: { S: 'the body' } };
      throw Object.assign(new Error('Outer.', { cause: new TypeError('Inner.') }), { Item });
    },
    mistaken() { throw new InvalidInput([{ pointer: '/title', detail: 'the body' }]); },
    refusing() { throw Object.assign(new Error(), { name: 'ThrottlingException', message: 'Slow down.' }); },
  };
  const handler = keyedRoute(async ({ path }) => {
    steps[path.slice(1)]();
    return { status: 200 };
  });
  for (const path of process.argv.slice(1)) {
    await handler(gatewayEvent({
      path,
      method: 'POST',
      routeKey: 'POST /v1/events',
      headers: { authorization: 'Bearer tl_afp-abc234_secret', ...(path === '/logging' && { traceparent: '00-a-b-01' }) },
      body: 'the body',
      caller: { newsroom: 'afp', keyId: 'afp-abc234', scopes: 'events:write', stories: '' },
    }), lambdaContext);
  }
`;

/** What a function writes, in a process of its own, where Powertools is not silenced. */
function written(...paths: string[]) {
  return writtenWith({}, ...paths);
}

function writtenWith(variables: Record<string, string>, ...paths: string[]) {
  const options = { cwd: root, env: { ...environment, ...variables }, encoding: 'utf8' } as const;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
  // Errors are written to standard error, which goes to the same place in Lambda.
  const shell = ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...flags, ...paths];
  const text = execFileSync('/bin/sh', shell, options);
  const lines = text.split('\n').filter((line) => line !== '');
  return { text, lines: lines.map((line) => JSON.parse(line)) };
}

describe('the log of a function', () => {
  test('has no line for a request that succeeds and counts nothing', () => {
    expect(written('/quiet', '/quiet').text).toBe('');
  });

  test('has lines with the ids of the request and its trace, and nothing of the request before', () => {
    const { lines } = written('/logging', '/failing');
    const [logged, failed] = lines;
    expect(logged).toMatchObject({
      level: 'INFO',
      message: 'Something.',
      service: 'append-event',
      function_request_id: 'invocation-1',
      correlation_id: 'request-1',
      traceparent: '00-a-b-01',
      eventId: 'evt_a',
    });
    expect(failed).not.toHaveProperty('traceparent');
    expect(failed).not.toHaveProperty('eventId');
  });

  test('shows an error with its cause, but no key, no body and no other properties of the error', () => {
    const { text, lines } = written('/failing');
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        message: 'The request failed.',
        correlation_id: 'request-1',
        error: { name: 'Error', message: 'Outer.', cause: { name: 'TypeError', message: 'Inner.' } },
      },
    ]);
    expect(Object.keys(lines[0].error)).toEqual(['name', 'message', 'stack', 'cause']);
    expect(text).not.toMatch(/the body|secret|authorization/i);
  });

  test('has a line for an error response 503', () => {
    expect(written('/refusing').lines).toMatchObject([{ level: 'ERROR', error: { message: 'Slow down.' } }]);
  });

  test('has a line for a client error at the level debug only, with its type and without what was sent', () => {
    expect(written('/mistaken').text).toBe('');
    const { text, lines } = writtenWith({ POWERTOOLS_LOG_LEVEL: 'DEBUG' }, '/mistaken');
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'DEBUG',
        message: 'The request was refused.',
        correlation_id: 'request-1',
        problem: '/problems/invalid-input',
      }),
    );
    expect(text).not.toMatch(/the body|secret|authorization/i);
  });

  test('has the metrics of a request in one line, with the namespace and the service of the environment', () => {
    expect(written('/counting', '/quiet').lines).toMatchObject([
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: 'Timeline',
              Dimensions: [['service', 'stage']],
              Metrics: [
                { Name: 'EventsAppended', Unit: 'Count' },
                { Name: 'ProjectionLag', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: 'append-event',
        EventsAppended: [1, 2],
        ProjectionLag: 125,
      },
    ]);
  });
});
