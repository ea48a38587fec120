import '../test/setup.ts';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from '../infra/functions/bundle.ts';
import { gatewayEvent } from '../test/support/world/gateway-event.ts';
import { startWorld } from '../test/support/world/world.ts';
import { bundleBare } from './bare-bundle.ts';
import { eventOfDay } from './events.ts';
import { median } from './median.ts';
import { figure, printTable } from './table.ts';

/*
 * The CPU time to import a function and answer its first request, beside a bundle of the bare client that does the same
 * calls. Each is measured in fresh processes, in turns.
 */

const root = join(import.meta.dirname, '..');
const rounds = Number(process.argv[2] ?? 15);
const scratch = await mkdtemp(join(tmpdir(), 'cold-start-'));

const bare = {
  'bare-append': `
    import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({});
    export const handler = async ({ body }: { body: string }) => {
      const Item = { pk: { S: 'E#' + JSON.parse(body).id }, sk: { S: 'R#000000' }, event: { S: body } };
      await client.send(new PutItemCommand({ TableName: 'EventLog', Item, ConditionExpression: 'attribute_not_exists(pk)' }));
      return { statusCode: 201 };
    };`,
  'bare-page': `
    import { DynamoDBClient, BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({});
    export const handler = async () => {
      const Keys = ['PROJECT', 'HEADS'].map((sk) => ({ pk: { S: 'META' }, sk: { S: sk } }));
      await client.send(new BatchGetItemCommand({ RequestItems: { Timelines: { Keys } } }));
      await client.send(new QueryCommand({
        TableName: 'Timelines', KeyConditionExpression: 'pk = :pk AND begins_with(sk, :d)', Limit: 51,
        ExpressionAttributeValues: { ':pk': { S: '1#ALL' }, ':d': { S: 'd' } },
      }));
      return { statusCode: 200 };
    };`,
};

const probe = `
  const before = process.cpuUsage();
  const { handler } = await import(process.env.BUNDLE);
  const imported = process.cpuUsage(before);
  const answer = await handler(JSON.parse(process.env.EVENT), {
    functionName: 'cold', awsRequestId: 'cold', getRemainingTimeInMillis: () => 30_000,
  });
  const { user, system } = process.cpuUsage(before);
  if (answer.statusCode >= 300) throw new Error(JSON.stringify(answer));
  process.stdout.write('\\n' + JSON.stringify({ import: imported.user + imported.system, all: user + system }));
  process.exit(0);`;

const world = await startWorld();
try {
  await writeFile(join(scratch, 'probe.mjs'), probe);
  const functions = ['append-event', 'read-timeline'];
  const { folder } = await bundle(
    Object.fromEntries(functions.map((name) => [name, join(root, 'functions', `${name}.ts`)])),
    join(scratch, 'bundles'),
  );
  for (const [name, contents] of Object.entries(bare)) await bundleBare(contents, join(folder, name, 'index.mjs'));
  await world.post(Array.from({ length: 60 }, (_, index) => eventOfDay(index)));
  const caller = { keyId: 'k', newsroom: 'example', scopes: 'events:write' };
  let sent = 1_000;
  const eventFor = (name: string) =>
    name.endsWith('append') || name.startsWith('append')
      ? gatewayEvent({
          method: 'POST',
          path: '/v1/events',
          routeKey: 'POST /v1/events',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(eventOfDay(sent++)),
          caller,
        })
      : gatewayEvent({ path: '/v1/timeline', routeKey: 'GET /v1/timeline', query: 'limit=50' });
  async function measure(name: string) {
    const env = {
      ...process.env,
      NODE_OPTIONS: name.startsWith('bare') ? '' : (process.env.FUNCTION_NODE_OPTIONS ?? ''),
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_DISABLED: 'false',
      BUNDLE: pathToFileURL(join(folder, name, 'index.mjs')).href,
      EVENT: JSON.stringify(eventFor(name)),
    };
    const { stdout } = await promisify(execFile)(process.execPath, [join(scratch, 'probe.mjs')], { env });
    return JSON.parse(stdout.split('\n').at(-1) ?? '') as { import: number; all: number };
  }
  const pairs = [
    ['append-event', 'bare-append'],
    ['read-timeline', 'bare-page'],
  ] as const;
  const found = new Map<string, { import: number; all: number }[]>();
  for (let round = 0; round < rounds; round++)
    for (const name of pairs.flat()) found.set(name, [...(found.get(name) ?? []), await measure(name)]);
  const ms = (name: string, part: 'import' | 'all') => median((found.get(name) ?? []).map((one) => one[part])) / 1_000;
  printTable(
    `Cold start: CPU in ms, medians of ${rounds} fresh processes each`,
    ['', 'import', 'import and first call', 'bare import', 'bare', 'ratio'],
    pairs.map(([name, beside]) => [
      name,
      figure(ms(name, 'import')),
      figure(ms(name, 'all')),
      figure(ms(beside, 'import')),
      figure(ms(beside, 'all')),
      figure(ms(name, 'all') / ms(beside, 'all')),
    ]),
  );
  if (process.env.KEEP) console.log(folder, JSON.stringify(eventFor('append-event')));
} finally {
  await world.stop();
  if (!process.env.KEEP) await rm(scratch, { recursive: true });
}
