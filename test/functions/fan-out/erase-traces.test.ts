import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { eventWith } from '../../events/given.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const name = 'Zarifa';
const at = '2026-11-22T10:00:00.000Z';

let world: World;
let delivering: Delivering;
let redactions: Redactions;
let attempts: typeof import('../../../functions/lib/subscribers/deliveries/attempts.ts');
let erasing: typeof import('../../../functions/lib/subscribers/fan-out/erasing-tasks.ts');
let receiver: Receiver;
let fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done';

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  redactions = await redactionsIn(world);
  const { fallingBehind } = await import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
  // Endpoints receive many messages that nobody sends.
  fallingBehind.deliveries = Number.POSITIVE_INFINITY;
  attempts = await import('../../../functions/lib/subscribers/deliveries/attempts.ts');
  erasing = await import('../../../functions/lib/subscribers/fan-out/erasing-tasks.ts');
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
  // Without jitter, no pause takes time.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  receiver = await startReceiver();
  world.takeWakes();
  delivering.reset();
});
afterEach(async () => {
  fateOf = () => 'done';
  jest.restoreAllMocks();
  await receiver.stop();
});
afterAll(() => world.stop());

/** Repeats what it is sent. */
const echoes = (status: number) => (request: { text: string }, response: { writeHead(status: number): unknown }) =>
  (response.writeHead(status) as { end(text: string): void }).end(request.text);

const fragments = async (text = name) =>
  (await itemsOf('Subscribers')).map((item) => JSON.stringify(item)).filter((item) => item.includes(text));

const progress = async (eventId: string, position: number) => [
  await erasing.isErasedInSubscribers(eventId, position),
  await erasing.isForgottenInSubscribers(eventId, position),
];

const deliveries = async (id: string) =>
  (await itemsOf('Subscribers', `W#${id}`)).filter(({ sk }) => String(sk).startsWith('D#'));

describe('what Subscribers holds of an event that was taken down', () => {
  test('is erased when fan-out passes the redaction, and looked for again when the log has lost it', async () => {
    const { id } = await delivering.open(receiver);
    receiver.otherwise(echoes(400));
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    await delivering.followWakes();
    expect((await fragments()).length).toBeGreaterThan(0);
    expect(await progress(eventId, 2)).toEqual([false, false]);
    await redactions.takeDown(eventId);
    expect(await fragments()).toEqual([]);
    expect(await progress(eventId, 2)).toEqual([true, false]);
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 2, erasing: 1 });
    await redactions.fanOutAfter(60 * minuteMs);
    expect(await progress(eventId, 2)).toEqual([true, false]);
    await redactions.forget(eventId);
    expect(await progress(eventId, 2)).toEqual([true, true]);
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 2, erasing: 0 });
    expect(await itemsOf('Subscribers', 'ERASING')).toEqual([]);
    expect(await deliveries(id)).toEqual([
      expect.objectContaining({ revision: 0, type: 'event.redacted', redactedBy: 1 }),
      expect.objectContaining({ revision: 1, type: 'event.redacted', kind: 'redacted' }),
    ]);
  });

  test('stays where only other revisions were taken down, but for what receivers answered', async () => {
    const { id } = await delivering.open(receiver);
    receiver.otherwise(echoes(200));
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    await delivering.change(eventId, 0, { headline: 'A neighbour' });
    await delivering.followWakes();
    await redactions.takeDown(eventId, { revisions: [0] });
    expect(await fragments()).toEqual([]);
    expect(await deliveries(id)).toEqual([
      expect.objectContaining({ revision: 0, type: 'event.redacted', redactedBy: 2, status: 'acknowledged' }),
      expect.not.objectContaining({ redactedBy: expect.anything() }),
      expect.objectContaining({ revision: 2, type: 'development.reported', kind: 'redacted', status: 'pending' }),
    ]);
  });
});

/** An endpoint to which the first messages were sent, and each answered by repeating them. */
async function echoed(...positions: number[]): Promise<string> {
  const id = await delivering.subscribers.open();
  await delivering.subscribers.backfill(id);
  for (const position of positions) {
    await attempts.recordAttempt(id, position, { at, outcome: '500', durationMs: 1, answer: `${name} fails` });
    await attempts.recordAttempt(id, position, { at, outcome: 'timeout', durationMs: 1, answer: null, detail: name });
  }
  return id;
}

/** What is to be known of a delivery: its type, who took it down, its status, and the excerpts of its attempts. */
async function traces(id: string): Promise<object[]> {
  const items = await itemsOf('Subscribers', `W#${id}`);
  return items.flatMap<object>(({ sk, type, redactedBy, status, answer, detail }) => {
    if (String(sk).startsWith('D#')) return [{ type, redactedBy, status }];
    return String(sk).startsWith('A#') ? [{ answer, detail }] : [];
  });
}

describe('the removal from Subscribers', () => {
  test('lets an event of another newsroom have its turn soon, however many one newsroom has taken down', async () => {
    const { transact } = await import('../../../functions/lib/subscribers/endpoints/transact.ts');
    const begin = (newsroom: string, position: number) => {
      const entry = { eventId: `evt_${String(position).padStart(26, 'a')}`, revision: 1, position, newsroom };
      return transact(erasing.beginErasing(entry, new Date(Date.parse(at) + position).toISOString()));
    };
    for (let position = 1; position <= 150; position++) await begin('busy', position);
    await begin('quiet', 151);
    for (let position = 152; position <= 180; position++) await begin('busy', position);
    const dueAt = async (random: number) => {
      jest.spyOn(Math, 'random').mockReturnValue(random);
      const due = await erasing.dueErasing(new Date().toISOString());
      return [due?.newsroom, due?.position];
    };
    expect(await dueAt(0.4)).toEqual(['busy', 1]);
    expect(await dueAt(0.6)).toEqual(['quiet', 151]);
  });

  test('takes the answer from an attempt that is stored with its delivery', async () => {
    const id = await delivering.subscribers.open();
    await delivering.subscribers.backfill(id);
    const [eventId = ''] = await delivering.publish(1, { headline: 'A truce is signed' });
    const attempt = { at, outcome: '200', durationMs: 1, answer: `${name} is received` };
    const { acknowledgeAtFirstAttempt } = await import('../../../functions/lib/subscribers/deliveries/recipients.ts');
    expect(await acknowledgeAtFirstAttempt(id, { eventId, revision: 0, position: 1 }, attempt)).toBe(true);
    expect(await acknowledgeAtFirstAttempt(id, { eventId, revision: 0, position: 1 }, attempt)).toBe(false);
    expect(await fragments()).not.toEqual([]);
    await redactions.redact(eventId);
    await world.project();
    await delivering.subscribers.fanOut();
    await redactions.blank(eventId);
    await redactions.forget(eventId);
    expect(await fragments()).toEqual([]);
    expect((await itemsOf('Subscribers', `W#${id}`)).find(({ sk }) => sk === 'D#000000000001')).toMatchObject({
      status: 'acknowledged',
      attempts: 1,
      firstAttempt: { ...attempt, answer: null },
    });
  });

  test('goes on where it was when an invocation has no more time, over many endpoints and many attempts', async () => {
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    await echoed(1);
    const items = await itemsOf('Subscribers');
    const [recipient] = items.filter(({ pk }) => pk === `R#${eventId}`);
    const [delivery] = items.filter(({ sk }) => String(sk).startsWith('D#'));
    const [attempt] = items.filter(({ sk }) => String(sk).startsWith('A#'));
    const others = Array.from({ length: 450 }, (_, index) => `wh_${String(index).padStart(26, 'a')}`);
    for (const other of others) {
      await putItem('Subscribers', { ...recipient, sk: other });
      await putItem('Subscribers', { ...delivery, pk: `W#${other}` });
    }
    for (let number = 3; number <= 250; number++) {
      const sk = String(attempt?.sk).slice(0, -6) + String(number).padStart(6, '0');
      await putItem('Subscribers', { ...attempt, sk });
    }
    await redactions.redact(eventId);
    await world.project();
    const writes: number[] = [];
    fateOf = ({ command }) => {
      if (command === 'TransactWriteItemsCommand') writes.push(0);
      else if (command === 'UpdateItemCommand') writes[writes.length - 1] = (writes.at(-1) ?? 0) + 1;
      return 'done';
    };
    let invocations = 0;
    for (; !(await erasing.isErasedInSubscribers(eventId, 2)); invocations++) {
      // There is time for one step.
      let asked = 0;
      await delivering.subscribers.fanOut(() => (asked++ < 2 ? 60_000 : 0));
    }
    expect(invocations).toBeGreaterThan(3);
    // A step of 100 deliveries, of which one has many attempts and 25 of them are looked at.
    expect(Math.max(...writes)).toBeLessThanOrEqual(125);
    expect(await fragments()).toEqual([]);
    const settled = (await itemsOf('Subscribers', 'W#')).filter(({ redactedBy }) => redactedBy === 1);
    expect(settled.length).toBe(451);
  });

  test('begins for each of many redactions that fan-out passes at once', async () => {
    const ids = await delivering.publish(45, { headline: name });
    const id = await delivering.subscribers.open();
    await delivering.subscribers.backfill(id);
    for (const eventId of ids) await redactions.redact(eventId);
    await world.project();
    await delivering.subscribers.fanOut();
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 90, erasing: 45 });
    for (const [index, eventId] of ids.entries()) expect(await progress(eventId, 46 + index)).toEqual([true, false]);
    expect((await deliveries(id)).filter(({ type }) => type !== 'event.redacted')).toEqual([]);
  });

  test('by several instances at once counts once', async () => {
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    await echoed(1);
    await redactions.redact(eventId);
    await world.project();
    await Promise.all([1, 2, 3].map(() => delivering.subscribers.fanOut()));
    await delivering.subscribers.fanOut();
    expect(await progress(eventId, 2)).toEqual([true, false]);
    expect(await fragments()).toEqual([]);
    await redactions.forget(eventId);
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 2, erasing: 0 });
  });

  test('finds what a late writer has left after the first look', async () => {
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    const id = await echoed(1);
    const before = await itemsOf('Subscribers', `W#${id}`);
    await redactions.takeDown(eventId);
    for (const item of before) if (/^[AD]#/.test(String(item.sk))) await putItem('Subscribers', item);
    expect(await fragments()).not.toEqual([]);
    await redactions.forget(eventId);
    expect(await fragments()).toEqual([]);
    expect(await progress(eventId, 2)).toEqual([true, true]);
  });

  test('covers attempts that have outlived their delivery, and items of another release', async () => {
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    const [one, other] = [await echoed(1), await echoed(1)];
    const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const Key = { pk: { S: `W#${one}` }, sk: { S: 'D#000000000001' } };
    await dynamodb.send(new DeleteItemCommand({ TableName: 'Subscribers', Key }));
    for (const item of await itemsOf('Subscribers', `W#${other}`)) {
      if (/^[AD]#/.test(String(item.sk))) await putItem('Subscribers', { ...item, v: 9 });
    }
    for (const item of await itemsOf('Subscribers', `R#${eventId}`)) await putItem('Subscribers', { ...item, v: 9 });
    await redactions.takeDown(eventId);
    expect(await progress(eventId, 2)).toEqual([true, false]);
    expect(await fragments()).toEqual([]);
  });

  test('of a redaction that cannot be read stops nothing else, and is attempted again', async () => {
    const [eventId = '', neighbour = ''] = await delivering.publish(2, { headline: name });
    await echoed(1, 2);
    await redactions.redact(eventId);
    await redactions.redact(neighbour);
    await world.project();
    const [redaction] = (await itemsOf('EventLog', `E#${eventId}`)).filter(({ sk }) => sk === 'R#000001');
    await putItem('EventLog', { ...redaction, v: 9 });
    await delivering.subscribers.fanOut();
    expect(await progress(eventId, 3)).toEqual([false, false]);
    expect(await progress(neighbour, 4)).toEqual([true, false]);
    await putItem('EventLog', redaction as object);
    await redactions.fanOutAfter(5 * minuteMs);
    expect(await progress(eventId, 3)).toEqual([true, false]);
    expect(await fragments()).toEqual([]);
  });

  test('is done although fan-out has parked the redaction, which is sent when it is taken back', async () => {
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    const id = await echoed(1);
    await redactions.redact(eventId);
    await world.project();
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    jest.spyOn(SQSClient.prototype, 'send').mockImplementation(async () => ({}));
    const [entry] = (await itemsOf('EventLog', 'F')).filter(({ position }) => position === 2);
    await putItem('EventLog', { ...entry, v: 9 });
    await delivering.subscribers.fanOut();
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 2, parked: 1, erasing: 1 });
    expect(await progress(eventId, 2)).toEqual([true, false]);
    expect(await fragments()).toEqual([]);
    await putItem('EventLog', entry as object);
    const { retake } = await import('../../../functions/lib/fan-out/retake.ts');
    await retake(2);
    await delivering.subscribers.backfill(id);
    expect(await traces(id)).toContainEqual({ type: 'event.redacted', redactedBy: undefined, status: 'pending' });
    expect(await delivering.subscribers.positionsFor(id)).toEqual([1, 2]);
  });

  test('covers an original that fan-out had parked before, whenever it is taken back', async () => {
    const { body } = await world.post({
      ...eventWith({ headline: name }, { id: `${name}-parked` }),
      source: undefined,
    });
    const [entry] = await itemsOf('EventLog', 'F');
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    jest.spyOn(SQSClient.prototype, 'send').mockImplementation(async () => ({}));
    const { id } = await delivering.open(receiver);
    await putItem('EventLog', { ...entry, v: 9 });
    await delivering.subscribers.fanOut();
    await putItem('EventLog', entry as object);
    const { retake } = await import('../../../functions/lib/fan-out/retake.ts');
    await redactions.takeDown(body.id);
    for (const forget of [false, true]) {
      if (forget) await redactions.forget(body.id);
      await retake(1);
      await delivering.subscribers.backfill(id);
      await delivering.work(id);
    }
    await redactions.fanOutAfter(15 * minuteMs);
    expect(await fragments()).toEqual([]);
    expect(JSON.stringify(receiver.received)).not.toContain(name);
    const types = (await deliveries(id)).map(({ position, type }) => [position, type]);
    expect(types).toEqual([
      [1, 'event.redacted'],
      [2, 'event.redacted'],
    ]);
  });

  test('costs a fan-out nothing that has none to do', async () => {
    await delivering.publish(1);
    const commands: string[] = [];
    fateOf = ({ command }) => {
      commands.push(command);
      return 'done';
    };
    await delivering.subscribers.fanOut();
    expect(commands).toEqual(['GetItemCommand', 'GetItemCommand']);
  });
});
