import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  ChangeMessageVisibilityCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../support/models/timelines-model.ts';
import { subscribersIn } from '../support/receivers/subscribers.ts';
import { interfere } from '../support/world/interference.ts';
import { type ParkedQueue, startParkedQueue } from '../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const program = fileURLToPath(new URL('../../commands/main.ts', import.meta.url));
const tables = ['--event-log', 'EventLog', '--timelines', 'Timelines'];

let world: World;
let queue: ParkedQueue;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([
    emptyTable('EventLog'),
    emptyTable('Timelines'),
    emptyTable('Subscribers'),
    emptyTable('Redactions'),
  ]);
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

/** What the command writes and how it ends. */
async function reconcile(parameters = tables) {
  const { code, output, errors } = await runTimeline(['reconcile', ...parameters]);
  return { code, output: output.split('\n').filter(Boolean), errors };
}

/** The same in a process with the environment of an operator: nothing of the functions' is set. */
function reconcileAsOperator(parameters = tables) {
  const names = Object.keys(process.env).filter((name) => !/^POWERTOOLS|_TABLE$|_QUEUE_URL$|^NODE_OPTIONS$/.test(name));
  const env = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  return new Promise<{ code: unknown; output: string[]; errors: string }>((resolve) => {
    execFile(process.execPath, [program, 'reconcile', ...parameters], { env }, (error, output, errors) => {
      resolve({ code: error ? error.code : 0, output: output.split('\n').filter(Boolean), errors });
    });
  });
}

const record = async (id: string) =>
  (await world.call('POST', '/v1/events', { body: developmentWith({}, { id }) })).body.id as string;

describe('reconcile', () => {
  test('changes nothing if everything is sequenced and projected', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    expect(await reconcile()).toEqual({
      code: 0,
      output: ['Revisions sequenced: 0. Timelines at position 1 of 1.'],
      errors: '',
    });
  });

  test('sequences and projects what an outage interrupted', async () => {
    await world.sequence(await record('a'));
    const id = await record('b');
    await world.call('POST', `/v1/events/${id}/retraction`, { headers: { 'if-match': '"0"' }, body: { note: 'No' } });
    await record('c');
    expect(await reconcileAsOperator()).toEqual({
      code: 0,
      output: ['Revisions sequenced: 3. Timelines at position 4 of 4.'],
      errors: '',
    });
    expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
  });

  test('publishes a redaction that was interrupted, and lists it while its content is not removed in time', async () => {
    const id = await record('a');
    const body = { note: 'By an order of a court.', reason: 'legal' };
    expect(await world.call('POST', `/v1/events/${id}/redaction`, { body })).toMatchObject({ status: 202 });
    const [open] = await itemsOf('Redactions', 'OPEN');
    const requestedAt = '2026-01-01T00:00:00.000Z';
    await putItem('Redactions', { ...open, requestedAt });
    expect(await reconcileAsOperator([...tables, '--redactions', 'Redactions'])).toEqual({
      code: 1,
      output: [
        'Revisions sequenced: 2. Timelines at position 2 of 2.',
        `redaction 1 of ${id} is not done since ${requestedAt}; its next step is: ${open?.step}`,
      ],
      errors: '',
    });
    expect(await world.get(`/v1/events/${id}`)).toMatchObject({ status: 410, body: { reason: 'legal', revision: 1 } });
  });

  test('says if a redaction cannot be read, and so is never carried out', async () => {
    await putItem('Redactions', { pk: 'OPEN', sk: 'evt_a#000001', v: 1_000 });
    const { output, code } = await reconcile([...tables, '--redactions', 'Redactions']);
    expect([code, output.slice(1)]).toEqual([
      1,
      [
        'a redaction cannot be carried out: The open redaction (pk OPEN, sk evt_a#000001) has version 1000; this release reads version 1. See "Upgrading and going back" in docs/operating.md.',
      ],
    ]);
  });

  test('lists the move of a story whose command was interrupted', async () => {
    const instant = '2026-01-01T00:00:00.000Z';
    const move = {
      ...{ pk: 'MOVES', sk: `${instant}#a`, v: 1, id: 'a', to: 'harbour-trial', salt: '', hash: '', reason: 'legal' },
      ...{
        note: 'By an order.',
        newsroom: 'example',
        requestedAt: instant,
        step: 'rebuild',
        through: 0,
        since: instant,
      },
    };
    await putItem('Redactions', move);
    const { output, code } = await reconcile([...tables, '--redactions', 'Redactions']);
    expect([code, output.slice(1)]).toEqual([
      1,
      [
        `the move of a story to harbour-trial is not done since ${instant}; its next step is: rebuild. If the command was interrupted, run it again`,
      ],
    ]);
  });

  test('says that redactions wait for a rebuild that was interrupted', async () => {
    const id = await record('a');
    await world.settle(id);
    const { rebuild } = await import('../../functions/lib/rebuild/rebuild.ts');
    const { dynamodb } = await import('../../functions/lib/runtime/dynamodb.ts');
    const killed = interfere(dynamodb, ({ command }) => {
      if (command === 'ScanCommand') throw new Error('Killed');
      return 'done';
    });
    await expect(rebuild({ graceMs: 0 })).rejects.toThrow('Killed');
    killed();
    await world.call('POST', `/v1/events/${id}/redaction`, { body: { note: 'By an order.', reason: 'legal' } });
    const [open] = await itemsOf('Redactions', 'OPEN');
    const requestedAt = '2026-01-01T00:00:00.000Z';
    await putItem('Redactions', { ...open, requestedAt });
    const withRedactions = [...tables, '--redactions', 'Redactions'];
    const late = `redaction 1 of ${id} is not done since ${requestedAt}; its next step is: publish`;
    expect((await reconcile(withRedactions)).output.slice(1)).toEqual([
      late,
      'a rebuild has not ended, and redactions wait for it: if it was interrupted, run npx timeline rebuild',
    ]);
    await rebuild({ graceMs: 0 });
    expect((await reconcile(withRedactions)).output.slice(1)).toEqual([late]);
  });

  test('lists revisions that cannot be sequenced or projected, and does the rest', async () => {
    const broken = `evt_${'b'.repeat(26)}`;
    await putItem('EventLog', { pk: `E#${broken}`, sk: 'R#000000', v: 2, kind: 'recorded', event: '{"type":' });
    await world.sequence(await record('a'), await record('b'));
    await record('c');
    const [first] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...first, values: '[' });
    const { code, output, errors } = await reconcileAsOperator();
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(output).toEqual([
      'Revisions sequenced: 1. Timelines at position 3 of 3.',
      expect.stringMatching(`^event ${broken} cannot be sequenced: .*JSON`),
      'position 1 is in the feed, but cannot be projected: The entry at position 1 cannot be read.',
    ]);
    await putItem('EventLog', first as object);
    expect((await reconcile()).output[0]).toBe('Revisions sequenced: 0. Timelines at position 3 of 3.');
    expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
  });

  test('sends parked entries to webhook endpoints once they can be read, and removes the messages about them', async () => {
    const webhooks = [
      ...tables,
      '--subscribers',
      'Subscribers',
      '--parked-queue',
      process.env.PARKED_QUEUE_URL as string,
    ];
    const subscribers = await subscribersIn();
    const early = await subscribers.open();
    const filtered = await subscribers.open({ statuses: ['disputed'] });
    const ids = [await record('a'), await record('b'), await record('c')];
    await world.sequence(...ids);
    const late = await subscribers.open({}, 3);
    const [first, second] = await itemsOf('EventLog', 'F');
    for (const item of [first, second]) await putItem('EventLog', { ...item, values: '[' });
    await world.project();
    await subscribers.fanOut();
    await putItem('EventLog', first as object);
    expect([await subscribers.positionsFor(early), (await subscribers.checkpoint())?.parked]).toEqual([[3], 2]);
    expect(queue.sent()).toHaveLength(4);

    const { code, output, errors } = await reconcileAsOperator(webhooks);
    expect([code, errors, output]).toEqual([
      1,
      '',
      [
        'Revisions sequenced: 0. Timelines at position 3 of 3.',
        'Parked entries that are sent to webhook endpoints now: 1.',
        'Parked messages removed: 2. Left: 2.',
        'position 2 is in the feed, but cannot be projected: The entry at position 2 cannot be read.',
        'position 2 cannot be sent to webhook endpoints: The entry at position 2 cannot be read.',
      ],
    ]);
    const key = { pk: 'F', sk: '000000000002' };
    expect([queue.sent(), (await subscribers.checkpoint())?.parked]).toEqual([[key, key], 1]);
    await putItem('EventLog', second as object);
    expect(await reconcileAsOperator([...webhooks, '--json'])).toEqual({
      code: 0,
      output: [
        JSON.stringify({ sequenced: 0, position: 3, head: 3, retaken: 1, messages: { removed: 2, left: 0 }, left: [] }),
      ],
      errors: '',
    });
    for (const id of [early, filtered, late]) await subscribers.backfill(id);
    expect(await Promise.all([early, filtered, late].map((id) => subscribers.positionsFor(id)))).toEqual([
      [1, 2, 3],
      [],
      [],
    ]);
    expect((await itemsOf('Subscribers', 'DUE')).map(({ sk }) => sk)).toContain(early);
    expect([queue.sent(), (await subscribers.checkpoint())?.parked]).toEqual([[], 0]);
  });

  test('leaves a message about a revision that still cannot be sequenced', async () => {
    const webhooks = [
      ...tables,
      '--subscribers',
      'Subscribers',
      '--parked-queue',
      process.env.PARKED_QUEUE_URL as string,
    ];
    const broken = `evt_${'b'.repeat(26)}`;
    const item = { pk: `E#${broken}`, sk: 'R#000000', v: 2, kind: 'recorded', event: '{"type":' };
    await putItem('EventLog', item);
    await world.sequence(await record('a'), broken);
    expect(queue.sent()).toEqual([{ pk: item.pk, sk: item.sk }]);
    const { code, output } = await reconcile(webhooks);
    expect([code, output]).toEqual([
      1,
      [
        'Revisions sequenced: 0. Timelines at position 1 of 1.',
        'Parked messages removed: 0. Left: 1.',
        expect.stringMatching(`^event ${broken} cannot be sequenced: .*JSON`),
      ],
    ]);
    expect(queue.sent()).toEqual([{ pk: item.pk, sk: item.sk }]);
  });

  test('says that a run which was killed has hidden parked messages, and finds them later', async () => {
    const QueueUrl = process.env.PARKED_QUEUE_URL as string;
    const webhooks = [...tables, '--subscribers', 'Subscribers', '--parked-queue', QueueUrl];
    const sqs = new SQSClient({});
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"pk":"F","sk":"000000000009"}' }));
    // As the run did before it was killed.
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 600 }));
    expect(await reconcile(webhooks)).toEqual({
      code: 1,
      output: [
        'Revisions sequenced: 0. Timelines at position 0 of 0.',
        'Parked messages that another run has received, perhaps one that was killed: 1. Run it again in ten minutes.',
      ],
      errors: '',
    });
    const { ReceiptHandle } = Messages[0] as Message;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect((await reconcile(webhooks)).output.slice(1)).toEqual(['Parked messages removed: 0. Left: 1.']);
    sqs.destroy();
  });

  test('prints the result as JSON for programs', async () => {
    await record('a');
    const { code, output } = await reconcile([...tables, '--json']);
    expect(code).toBe(0);
    expect(output.map((text) => JSON.parse(text))).toEqual([{ sequenced: 1, position: 1, head: 1, left: [] }]);
  });

  test('with tables that do not exist ends with 1 and says what to check', async () => {
    expect(await reconcileAsOperator(['--event-log', 'None', '--timelines', 'Nothing'])).toEqual({
      code: 1,
      output: [],
      errors:
        'There is no table None or Nothing in this account and region. Check the name, AWS_PROFILE and AWS_REGION.\n',
    });
  });

  test.each([
    [
      'only one of the tables',
      ['--event-log', 'EventLog'],
      'error: --event-log and --timelines must be given together.',
    ],
    [
      'tables and a folder',
      [...tables, '--data', 'a'],
      "error: option '--event-log <name>' cannot be used with option '--data <folder>'",
    ],
    [
      'the queue, but not the table of subscribers',
      [...tables, '--parked-queue', 'https://sqs.example/parked'],
      'error: --parked-queue needs --subscribers: an entry may be parked by the fan-out too.',
    ],
    ['an option that it does not have', ['--table', 'a'], "error: unknown option '--table'"],
  ])('with %s ends with 2 and says what is wrong', async (_, parameters, sentence) => {
    expect(await runTimeline(['reconcile', ...parameters])).toEqual({
      code: 2,
      output: '',
      errors: `${sentence}\nFor help: npx timeline reconcile --help\n`,
    });
  });
});
