import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  paginateScan,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../commands/api/development-key.ts';
import { loadStories } from '../../commands/import/load-stories.ts';
import { localAccount } from '../../local/engines/local-client.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { runTimeline, withEnvironment } from '../commands/support/run-timeline.ts';
import { type Receiver, reactions, startReceiver } from '../support/receivers/receiver.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { startProgram } from './support/program.ts';
import { runbookCommands } from './support/runbook.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 120_000;

const folder = await temporaryFolder();
let system: LocalSystem;
let receiver: Receiver;

beforeAll(async () => {
  const templateFolder = await synthesizedStack();
  system = await startLocalSystem({ port: 0, dataFolder: folder.path, templateFolder, warm: false });
  receiver = await startReceiver();
  receiver.otherwise(reactions.takes);
  await ensureDevelopmentKey(folder.path, system.endpoint, system.outputs.AccessTable ?? '');
}, journeyLimitMs);

afterAll(async () => {
  await receiver?.stop();
  await system?.stop();
  await folder.remove();
});

test(
  'the smoke test finds that the local system works, with webhooks, and leaves nothing but what is on the record',
  async () => {
    const command = ['smoke', '--url', system.url, '--data', folder.path, '--receiver', receiver.url, '--wait', '30'];
    const { code, output } = await runTimeline(command);
    const states = output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ +/).slice(0, 2).join(' '));
    expect({ code, states }).toEqual({
      code: 0,
      states: [
        'ok health',
        'ok refusal',
        'ok append',
        'ok replay',
        'ok timeline',
        'ok subscribe',
        'ok correct',
        'ok as-of',
        'ok formats',
        'ok caching',
        'ok webhook',
        'ok unsubscribe',
        'ok retract',
      ],
    });
    const timeline = await fetch(`${system.url}/v1/timeline`);
    expect(await timeline.json()).toMatchObject({ entries: [] });
  },
  journeyLimitMs,
);

interface LogLine {
  readonly message?: string;
  readonly eventId?: string;
  readonly revision?: number;
  readonly correlationId?: string;
}

/** What the functions logged with an id, as `function: message`, in the order of the flow. */
async function linesWith(correlationId: string): Promise<string[]> {
  const names = ['append-event', 'correct-event', 'sequence', 'project', 'fan-out', 'deliver'];
  const found = names.map(async (name) => {
    const lines = (await readFile(join(folder.path, 'logs', `${name}.log`), 'utf8')).trimEnd().split('\n');
    const parsed = lines.filter((line) => line.includes(correlationId)).map((line) => JSON.parse(line) as LogLine);
    return parsed.filter((line) => line.correlationId === correlationId).map(({ message }) => `${name}: ${message}`);
  });
  return (await Promise.all(found)).flat();
}

test('one id follows a change from its POST, which returns it, through all functions to the webhook', async () => {
  const key = (await readFile(join(folder.path, 'development-key'), 'utf8')).trim();
  const response = await fetch(`${system.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'development.reported',
      id: 'followed',
      subject: 'followed',
      data: {
        when: { edtf: '2020-11-10', tz: 'UTC' },
        headline: 'Followed',
        status: 'reported',
        sources: [{ url: 'https://example.org/followed', publisher: 'Test' }],
      },
    }),
  });
  expect(response.status).toBe(201);
  await system.whenIdle();
  expect(await linesWith(response.headers.get('apigw-requestid') ?? '')).toEqual([
    'append-event: Appended',
    'sequence: Sequenced',
    'project: Projected',
    'fan-out: Fanned out',
  ]);
  // The correction of the smoke test went to a receiver.
  const corrected = await readFile(join(folder.path, 'logs', 'correct-event.log'), 'utf8');
  const appended = corrected.split('\n').find((line) => line.includes('"Appended"')) ?? '{}';
  expect(await linesWith((JSON.parse(appended) as LogLine).correlationId ?? '')).toEqual([
    'correct-event: Appended',
    'sequence: Sequenced',
    'project: Projected',
    'fan-out: Fanned out',
    'deliver: Attempted',
  ]);
});

/** Copies a table of the local system into another, as a restore to a point in time does. */
async function copyTable(from: string, to: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint: system.endpoint, ...localAccount });
  const keys = ['pk', 'sk'] as const;
  await client.send(
    new CreateTableCommand({
      TableName: to,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  for await (const { Items = [] } of paginateScan({ client, pageSize: 25 }, { TableName: from })) {
    const puts: WriteRequest[] = Items.map((Item) => ({ PutRequest: { Item } }));
    if (puts.length > 0) await client.send(new BatchWriteItemCommand({ RequestItems: { [to]: puts } }));
  }
  client.destroy();
}

/** What the guide leaves to the reader, by what is in its place. */
function placeholders(): Record<string, string> {
  const outputOf = (name: string) => system.outputs[name] ?? '';
  return {
    API_URL: system.url,
    ACCESS_TABLE: outputOf('AccessTable'),
    EVENT_LOG_TABLE: outputOf('EventLogTable'),
    TIMELINES_TABLE: outputOf('TimelinesTable'),
    SUBSCRIBERS_TABLE: outputOf('SubscribersTable'),
    REDACTIONS_TABLE: outputOf('RedactionsTable'),
    HELD_EVENTS_TABLE: outputOf('HeldEventsTable'),
    PARKED_QUEUE_URL: outputOf('ParkedQueueUrl'),
    RESTORED_TABLE: 'Restored',
  };
}

/** Commands that take a while for requests that still read the old timelines. Nobody does here. */
const rebuilding = (words: readonly string[]) =>
  /^(rebuild|restore)$/.test(words[0] ?? '') && !words.includes('--dry-run') ? ['--grace', '0'] : [];

/** Commands of the guide that ask AWS, or synthesize stacks, which other tests do. */
const elsewhere = new Set(['preflight', 'costs']);

/**
 * Runs the commands of the guide for a deployed system or a local one.
 *
 * @returns each with its exit code, without its options
 */
async function followGuide(isFollowed: (words: readonly string[]) => boolean): Promise<string[]> {
  const known = placeholders();
  const ended: string[] = [];
  for (const [program, name, ...words] of await runbookCommands('operating.md')) {
    if (program !== 'npx' || name !== 'timeline' || elsewhere.has(words[0] ?? '') || !isFollowed(words)) continue;
    const given = words.map((one) => known[one] ?? one);
    const { code, output, errors } = await runTimeline([...given, ...rebuilding(words)]);
    const firstOption = words.findIndex((one) => one.startsWith('--'));
    ended.push(`${words.slice(0, firstOption < 0 ? undefined : firstOption).join(' ')}: ${code}`);
    if (code === 2) throw new Error(`${words.join(' ')}\n${errors}`);
    if (words[1] === 'create') known.KEY = output.trim().split('\n')[0] as string;
    known.KEY_ID = /^tl_(\w+-\w{6})_/.exec(known.KEY ?? '')?.[1] ?? '';
  }
  return ended;
}

const isOfDeployed = (words: readonly string[]) => words.some((one) => /_TABLE$|_URL$/.test(one));

test(
  'every command of the guide for operators works as it is written, on the tables of a system by their names',
  async () => {
    const key = (await readFile(join(folder.path, 'development-key'), 'utf8')).trim();
    // The record is not empty by now, so that they are loaded only if that was interrupted.
    await writeFile(join(folder.path, 'story'), 'begun\n');
    await loadStories(folder.path, { url: system.url, key });
    await system.whenIdle();
    await copyTable(system.outputs.EventLogTable ?? '', 'Restored');
    const { region, credentials } = localAccount;
    const environment = {
      AWS_ENDPOINT_URL_DYNAMODB: system.endpoint,
      AWS_ENDPOINT_URL_SQS: system.queuesEndpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    expect(await withEnvironment(environment, () => followGuide(isOfDeployed))).toEqual([
      'key create: 0',
      'smoke: 0',
      'key create: 0',
      'key list: 0',
      'key revoke KEY_ID: 0',
      'key create: 0',
      'held list: 0',
      'endpoint list: 0',
      'key usage: 0',
      'key quota: 0',
      'key quota: 0',
      'story transfer karabakh-2020: 0',
      'redact evt_te73c6vbre67e74ncy75l2s54c: 0',
      'redact evt_te73c6vbre67e74ncy75l2s54c: 0',
      'redact: 0',
      // The example stories have none of this name.
      'story move jane-roe harbour-trial: 1',
      'reconcile: 0',
      'rebuild: 0',
      'restore: 0',
      'restore: 0',
    ]);
    expect((await fetch(`${system.url}/v1/health`)).status).toBe(200);
  },
  journeyLimitMs,
);

test(
  'a data folder that has lost its database is restored from a copy by the commands of the guide',
  async () => {
    const { position } = (await (await fetch(`${system.url}/v1/health`)).json()) as { position: number };
    await system.stop();
    // The commands name the tables by the template that the folder has.
    await cp(await synthesizedStack(), join(folder.path, 'cdk.out'), { recursive: true });
    const backup = join(folder.path, '..', `${basename(folder.path)}-backup`);
    await cp(folder.path, backup, { recursive: true });
    try {
      for (const name of ['database.db', 'database.db-wal', 'database.db-shm']) {
        await rm(join(folder.path, name), { force: true });
      }
      const commands = (await runbookCommands('operating.md')).filter((words) => words.includes('--from-data'));
      expect(commands).toHaveLength(2);
      const program = join(import.meta.dirname, '..', '..', 'commands', 'main.ts');
      for (const [, , ...words] of commands) {
        const given = words.map((one) => (one === 'backup' ? backup : one));
        const parameters = [program, ...given, '--data', folder.path];
        const { code, output } = await startProgram(process.execPath, parameters, { folder: folder.path }).ended;
        expect([code, output]).toEqual([0, expect.stringContaining(`at position ${position}.`)]);
      }
    } finally {
      await rm(backup, { recursive: true, force: true });
    }
  },
  journeyLimitMs,
);
