import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { bundle } from '../infra/functions/bundle.ts';
import { seedCards } from '../test/support/fixtures/seed-cards.ts';
import { gatewayEvent } from '../test/support/world/gateway-event.ts';
import { type Asked, interfere } from '../test/support/world/interference.ts';
import type { World } from '../test/support/world/world.ts';
import { bundleBare } from './bare-bundle.ts';
import { eventOfDay } from './events.ts';
import { median } from './median.ts';
import { figure, printTable } from './table.ts';

const root = join(import.meta.dirname, '..');
const warmUps = 300;
const rounds = 15;
const callsPerRound = 100;

const story = 'cpu';
const entries = 2_000;

/** A function, a request to it in which `{n}` is another number each time, and the calls that it makes for it. */
interface Compared {
  readonly name: string;
  readonly bundle: string;
  readonly request: unknown;
  readonly calls: readonly Asked[];
}

interface Spent {
  readonly handlerMs: number;
  readonly bareMs: number;
}

const unique = '{n}';

/** The calls of the database that a client makes while something is done. */
async function callsOf(client: DynamoDBClient, work: () => Promise<unknown>): Promise<Asked[]> {
  const calls: Asked[] = [];
  const stop = interfere(client, (asked) => {
    calls.push(asked);
    return 'done';
  });
  await work();
  stop();
  return calls;
}

/** The client of the functions and its commands: what makes the same calls without a function around them. */
const bareSource = `
  import { BatchGetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
  import { dynamodb } from './functions/lib/runtime/dynamodb.ts';
  const commands = { BatchGetItemCommand, PutItemCommand, QueryCommand };
  export const call = ({ command, input }) => dynamodb.send(new commands[command](input));`;

/** Spends its time in turns with the function and with the bare calls, and writes the CPU time of each to a file. */
const probeSource = `
  import { readFileSync, writeFileSync } from 'node:fs';
  const { bundle, bare, request, calls, warmUps, rounds, callsPerRound, output } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const [{ handler }, { call }] = [await import(bundle), await import(bare)];
  let sent = 0;
  const fresh = (text) => JSON.parse(text.replaceAll('${unique}', String(sent)));
  const [requestText, callsText] = [JSON.stringify(request), JSON.stringify(calls)];
  const context = { functionName: 'bench', awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 };
  async function spent(count, prepare, send) {
    const prepared = Array.from({ length: count }, () => (sent++, prepare()));
    const before = process.cpuUsage();
    for (const one of prepared) await send(one);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / count;
  }
  const throughHandler = (count) => spent(count, () => fresh(requestText), async (event) => {
    const answer = await handler(event, context);
    if (answer.statusCode >= 300) throw new Error(JSON.stringify(answer));
  });
  // A function makes calls that do not depend on each other at the same time. These are so few that it is all one.
  const bareCalls = (count) => spent(count, () => fresh(callsText), async (all) => { for (const one of all) await call(one); });
  await throughHandler(warmUps);
  await bareCalls(warmUps);
  const measured = [];
  for (let round = 0; round < rounds; round++)
    measured.push({ handlerMs: await throughHandler(callsPerRound), bareMs: await bareCalls(callsPerRound) });
  writeFileSync(output, JSON.stringify(measured));
  process.exit(0);`;

async function measure(folder: string, compared: Compared): Promise<Spent[]> {
  const [input, output] = [join(folder, `${compared.name}.json`), join(folder, `${compared.name}.out.json`)];
  const bare = pathToFileURL(join(folder, 'bare.mjs')).href;
  await writeFile(input, JSON.stringify({ ...compared, bare, warmUps, rounds, callsPerRound, output }));
  const probe = spawn(process.execPath, [join(folder, 'probe.mjs'), input], {
    // What a function logs costs it time on AWS too, but nobody reads it here.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' },
  });
  const [code] = await once(probe, 'exit');
  if (code !== 0) throw new Error(`The probe of ${compared.name} ended with ${code}.`);
  return JSON.parse(await readFile(output, 'utf8'));
}

/**
 * Measures the CPU time of functions as they are deployed, next to that of the same calls of the database by the same
 * client. A ratio is the share of the time that the calls take.
 */
export async function benchCpuRatios(world: World): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const folder = await mkdtemp(join(tmpdir(), 'cpu-ratios-'));
  try {
    const names = ['append-event', 'read-timeline'];
    const bundles = await bundle(
      Object.fromEntries(names.map((name) => [name, join(root, 'functions', `${name}.ts`)])),
      join(folder, 'bundles'),
    );
    await bundleBare(bareSource, join(folder, 'bare.mjs'));
    await writeFile(join(folder, 'probe.mjs'), probeSource);
    await seedCards(
      `S#${story}`,
      Array.from({ length: entries }, (_, index) => eventOfDay(index, story)) as Parameters<typeof seedCards>[1],
    );
    const bundleOf = (name: string) => pathToFileURL(join(bundles.folder, name, 'index.mjs')).href;
    const caller = { keyId: 'k', newsroom: 'example', scopes: 'events:write' };
    const event = { ...eventOfDay(0), id: `cpu-${unique}` };
    const query = `story=${story}&from=1991-06-01&limit=50`;
    // The first request of an instance also reads what is remembered for a minute.
    await world.call('POST', '/v1/events', { body: eventOfDay(0) });
    const append = await callsOf(dynamodb, () => world.call('POST', '/v1/events', { body: event }));
    const page = await callsOf(dynamodb, () => world.get(`/v1/timeline?${query}`));
    const keyOf = JSON.stringify(append).match(/E#evt_\w+/)?.[0] ?? '';
    const compared: Compared[] = [
      {
        name: 'append',
        bundle: bundleOf('append-event'),
        request: gatewayEvent({
          method: 'POST',
          path: '/v1/events',
          routeKey: 'POST /v1/events',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(event),
          caller,
        }),
        calls: JSON.parse(JSON.stringify(append).replaceAll(keyOf, `E#bare-${unique}`)),
      },
      {
        name: 'page of 50',
        bundle: bundleOf('read-timeline'),
        request: gatewayEvent({ path: '/v1/timeline', routeKey: 'GET /v1/timeline', query }),
        calls: page,
      },
    ];
    const rows: string[][] = [];
    for (const one of compared) {
      const spent = await measure(folder, one);
      const commands = one.calls.map(({ command }) => command.replace('Command', '')).join(', ');
      rows.push([
        `${one.name}, next to ${commands}`,
        figure(median(spent.map(({ handlerMs }) => handlerMs))),
        figure(median(spent.map(({ bareMs }) => bareMs))),
        figure(median(spent.map(({ handlerMs, bareMs }) => bareMs / handlerMs))),
      ]);
    }
    printTable(
      `CPU of a request, ms: a function next to its bare calls by the same client (medians of ${rounds} rounds of ${callsPerRound} in turn)`,
      ['', 'function', 'bare calls', 'ratio'],
      rows,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
