import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { maximumPace, paceAt } from '../../../events/pace.ts';
import type { DailyUse } from '../../../events/quota.ts';
import { scopes as allScopes, routes } from '../../../functions/routes.ts';
import { startEngine } from '../../../local/engines/engine.ts';
import { frontHeaders } from './gateway-event.ts';
import { createTables, tables } from './tables.ts';
import { leaveUnsigned, speakPlainly } from './unsigned.ts';
import { startWakeQueues, type Wake } from './wake-queues.ts';

/** What a handler answered; the body parsed if it is JSON. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer
  readonly body: any;
  readonly text: string;
}

interface Call {
  readonly headers?: Record<string, string>;
  /** A text is sent as it is, bytes in base64 as the gateway passes them on, anything else as JSON. */
  readonly body?: unknown;
  readonly scopes?: string;
  readonly newsroom?: string;
  readonly stories?: string;
  /** What the newsroom has used today and its limits, as the authorizer knows them. */
  readonly dailyUse?: DailyUse;
}

/**
 * The functions on a database of their own, without gateway and streams: a test wakes `sequence` and `project` itself.
 */
export interface World {
  /**
   * Whether a newsroom may write only so much in a window, and whether functions remember how much it has written. By
   * default a test may write as fast as it can, and each request meets functions that remember nothing of it.
   */
  readonly paces: { areLimited: boolean; areRemembered: boolean };
  call(method: string, target: string, call?: Call): Promise<Reply>;
  get(target: string, headers?: Record<string, string>): Promise<Reply>;
  /** Posts, and sequences and projects what was posted. */
  post(body: unknown, call?: Call): Promise<Reply>;
  sequence(...eventIds: string[]): Promise<unknown>;
  project(): Promise<unknown>;
  /** Sequences the events and projects all that is in the feed. */
  settle(...eventIds: string[]): Promise<void>;
  /** The wakes sent to workers since the last time that this was asked, in order. */
  takeWakes(): Wake[];
  stop(): Promise<void>;
}

const context = (requestId: string) =>
  ({
    functionName: 'test',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:test',
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => 60_000,
  }) as unknown as Context;

const patterns = routes.map((route) => ({
  route,
  names: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string),
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
}));

function routeOf(method: string, path: string) {
  for (const { route, names, pattern } of patterns) {
    const match = pattern.exec(path);
    if (!match || route.method !== (method === 'HEAD' ? 'GET' : method)) continue;
    const values = match.slice(1).map((value) => decodeURIComponent(value));
    return { route, parameters: Object.fromEntries(names.map((name, index) => [name, values[index]])) };
  }
  throw new Error(`There is no route ${method} ${path}.`);
}

/** Links in answers begin with it. */
const publicOrigin = `${frontHeaders['x-forwarded-proto']}://${frontHeaders['x-public-host']}`;

/** Headers as the gateway sends them on, whatever their case. */
const lowerCased = (headers: object = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

/** The body as the client reads it. */
function textOf({ body = '', isBase64Encoded, headers }: APIGatewayProxyStructuredResultV2): string {
  if (!isBase64Encoded) return body;
  const bytes = Buffer.from(body, 'base64');
  return decoders[headers?.['content-encoding'] as keyof typeof decoders](bytes).toString();
}

/**
 * Starts an engine in memory and loads the functions onto it. One a test file: the functions read their environment
 * once.
 *
 * @param databaseBefore what is put before the engine: its endpoint becomes that of the functions
 */
export async function startWorld(
  databaseBefore?: (engine: string) => Promise<{ readonly endpoint: string; stop(): Promise<void> }>,
): Promise<World> {
  const engine = await startEngine({});
  const database = await databaseBefore?.(engine.endpoint);
  // Where a database has faults, the functions cope with them by the connections that they have on AWS.
  const prepare = database ? leaveUnsigned : speakPlainly;
  const queues = await startWakeQueues();
  Object.assign(process.env, tables, {
    AWS_ENDPOINT_URL_DYNAMODB: database?.endpoint ?? engine.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...queues.variables,
    AWS_ENDPOINT_URL_SQS: process.env.AWS_ENDPOINT_URL_SQS ?? queues.endpoint,
    // Receivers are on this machine, unless a test says otherwise before it starts the world.
    LOOPBACK_RECEIVERS: process.env.LOOPBACK_RECEIVERS ?? 'allowed',
    PARKED_QUEUE_URL: process.env.PARKED_QUEUE_URL ?? 'http://127.0.0.1:9/parked',
    POSTPONED_QUEUE_URL: process.env.POSTPONED_QUEUE_URL ?? 'http://127.0.0.1:9/postponed.fifo',
    POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT',
    POWERTOOLS_DEV: 'false',
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_METRICS_NAMESPACE: 'Timeline',
    POWERTOOLS_SERVICE_NAME: 'test',
  });
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  prepare(dynamodb);
  const { sampling } = await import('../../../functions/lib/quota/use-count.ts');
  // No request is counted by chance.
  sampling.draw = () => 0.999;
  const { notePace } = await import('../../../functions/lib/quota/known-use.ts');
  const { pacing } = await import('../../../functions/lib/quota/pace.ts');
  const paces = { areLimited: false, areRemembered: false };
  const { postponing } = await import('../../../functions/lib/sequence/postponing.ts');
  // Nothing is postponed, however much a test retracts at once.
  postponing.most = Number.POSITIVE_INFINITY;
  await createTables(prepare);
  let requests = 0;

  async function call(
    method: string,
    target: string,
    { headers = {}, body, newsroom = 'example', scopes = allScopes.join(' '), stories = '', dailyUse }: Call = {},
  ) {
    const [path = '', rawQueryString = ''] = target.replace(publicOrigin, '').split(/\?(.*)/s);
    const { route, parameters } = routeOf(method, path);
    const requestId = `request-${++requests}`;
    const isBinary = Buffer.isBuffer(body);
    const text = body === undefined || typeof body === 'string' || isBinary ? body : JSON.stringify(body);
    const event = {
      version: '2.0',
      routeKey: `${method} ${route.path}`,
      rawPath: path,
      rawQueryString,
      pathParameters: parameters,
      headers: { ...frontHeaders, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: isBinary ? body.toString('base64') : text,
      isBase64Encoded: isBinary,
      requestContext: {
        requestId,
        http: { method, path },
        ...(route.scope && {
          authorizer: {
            lambda: {
              newsroom,
              keyId: `${newsroom}-test`,
              scopes,
              stories,
              ...(dailyUse && { dailyUse: JSON.stringify(dailyUse) }),
            },
          },
        }),
      },
    };
    pacing.most = paces.areLimited ? maximumPace : Number.MAX_SAFE_INTEGER;
    if (!paces.areRemembered) notePace(newsroom, paceAt(undefined, 0));
    const { handler } = await import(`../../../functions/${route.function}.ts`);
    const result: APIGatewayProxyStructuredResultV2 = await handler(event, context(requestId));
    const answer = textOf(result);
    // Lines of JSON are none.
    const isJson = /[/+]json/.test(String(result.headers?.['content-type']));
    return {
      status: result.statusCode ?? 200,
      headers: lowerCased(result.headers),
      body: isJson && answer ? JSON.parse(answer) : undefined,
      text: answer,
    };
  }

  async function sequence(...eventIds: string[]) {
    const { handler } = await import('../../../functions/sequence.ts');
    const Records = eventIds.map((id, index) => ({
      eventName: 'INSERT' as const,
      dynamodb: { SequenceNumber: String(index + 1), Keys: { pk: { S: `E#${id}` }, sk: { S: 'R#000000' } } },
    }));
    return handler({ Records }, context('sequence'));
  }

  async function project() {
    const { handler } = await import('../../../functions/project.ts');
    return handler({} as never, context('project'));
  }

  async function settle(...eventIds: string[]) {
    if (eventIds.length > 0) await sequence(...eventIds);
    await project();
  }

  async function post(body: unknown, options: Call = {}) {
    const reply = await call('POST', '/v1/events', { ...options, body });
    const results: { id: string }[] = reply.body?.results ?? (reply.body?.id ? [reply.body] : []);
    if (results.length > 0) await settle(...results.map(({ id }) => id));
    return reply;
  }

  return {
    paces,
    call,
    get: (target, headers) => call('GET', target, headers ? { headers } : {}),
    post,
    sequence,
    project,
    settle,
    takeWakes: queues.take,
    stop: async () => {
      await queues.stop();
      await database?.stop();
      await engine.stop();
    },
  };
}
