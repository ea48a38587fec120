import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const name = 'Zarifa';

let world: World;
let delivering: Delivering;
let redactions: Redactions;
let erasing: typeof import('../../../functions/lib/subscribers/erasing.ts');
let receiver: Receiver;
let fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done';

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  redactions = await redactionsIn(world);
  erasing = await import('../../../functions/lib/subscribers/erasing.ts');
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
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

/** Moves the clock of fan-out. */
function passMinutes(minutes: number): void {
  const now = Date.now() + minutes * minuteMs;
  jest.spyOn(Date, 'now').mockReturnValue(now);
}

/** Publishes an event and its redaction, and fans both out. */
async function takeDown(eventId: string, revisions?: readonly number[]): Promise<void> {
  await redactions.redact(eventId, revisions ? { revisions } : {});
  await world.project();
  await delivering.subscribers.fanOut();
}

/** Lets the removal run to its end. */
async function finish(eventId: string): Promise<void> {
  await redactions.blank(eventId);
  for (const minutes of [1, 15]) {
    passMinutes(minutes);
    await delivering.subscribers.fanOut();
  }
}

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
    await takeDown(eventId);
    expect(await fragments()).toEqual([]);
    expect(await progress(eventId, 2)).toEqual([true, false]);
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 2, erasing: 1 });
    passMinutes(60);
    await delivering.subscribers.fanOut();
    expect(await progress(eventId, 2)).toEqual([true, false]);
    await finish(eventId);
    expect(await progress(eventId, 2)).toEqual([true, true]);
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: 2, erasing: 0 });
    expect(await itemsOf('Subscribers', 'ERASING')).toEqual([]);
    expect(await deliveries(id)).toEqual([
      expect.objectContaining({ revision: 0, type: 'event.redacted', redactedBy: 1 }),
      expect.objectContaining({ revision: 1, type: 'event.redacted', kind: 'redacted' }),
    ]);
  });

  test('stays where only other revisions were taken down', async () => {
    const { id } = await delivering.open(receiver);
    receiver.otherwise(echoes(200));
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    await delivering.change(eventId, 0, { headline: 'A neighbour' });
    await delivering.followWakes();
    await takeDown(eventId, [0]);
    expect(await fragments()).toEqual([]);
    expect((await fragments('A neighbour')).length).toBe(1);
    expect(await deliveries(id)).toEqual([
      expect.objectContaining({ revision: 0, type: 'event.redacted', redactedBy: 2, status: 'acknowledged' }),
      expect.not.objectContaining({ redactedBy: expect.anything() }),
      expect.objectContaining({ revision: 2, type: 'development.reported', kind: 'redacted', status: 'pending' }),
    ]);
  });
});
