import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { readFeed } from '../../support/models/timelines-model.ts';
import { stopClock } from '../../support/world/eraser.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const start = Date.parse('2026-11-28T11:00:00.000Z');
const noon = '2026-11-28T12:00:00.000Z';

let world: World;
let fateOf: (asked: Asked) => Fate;
/** Runs the function of the schedule once. It waits by moving the clock. */
let publishDue: () => Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  const embargo = await import('../../../functions/lib/embargo/publish-due.ts');
  publishDue = () =>
    embargo.publishDue({
      now: Date.now,
      hasTime: () => true,
      wait: async (ms) => {
        jest.setSystemTime(Date.now() + ms);
      },
      requestId: 'publish',
    });
  stopClock();
});
beforeEach(async () => {
  fateOf = () => 'done';
  jest.setSystemTime(start);
  await Promise.all((['EventLog', 'Timelines', 'HeldEvents', 'Redactions'] as const).map((table) => emptyTable(table)));
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

const at = (instant: string) => jest.setSystemTime(Date.parse(instant));
const hold = (body: unknown, publishAt: string, more: object = {}) =>
  world.call('POST', `/v1/events?publishAt=${encodeURIComponent(publishAt)}`, { body, ...more });
const heldList = async (more: object = {}) => (await world.call('GET', '/v1/held-events', more)).body.heldEvents;
const logged = async () => (await itemsOf('EventLog', 'E#')).filter(({ sk }) => sk === 'R#000000');

/** Publishes what is due, and sequences and projects it, in an order that the test does not choose. */
async function publish(): Promise<void> {
  await publishDue();
  await world.settle(...(await logged()).map(({ pk }) => String(pk).slice(2)).toReversed());
}

describe('A held event', () => {
  test('is accepted with 202, can be read by its newsroom, and is nowhere in the record', async () => {
    const event = developmentWith({ headline: 'A secret' }, { id: 'one' });
    const reply = await hold(event, '2026-11-28T13:00:00+01:00');
    const { id } = reply.body;
    expect(reply).toMatchObject({
      status: 202,
      headers: { location: `/v1/held-events/${id}`, etag: '"0"' },
      body: { publishAt: noon, heldAt: '2026-11-28T11:00:00.000Z', version: 0, status: 'held', conflict: null },
    });
    expect(reply.body.event.data.headline).toBe('A secret');
    expect((await world.call('GET', `/v1/held-events/${id}`)).body).toEqual(reply.body);
    expect(await heldList()).toEqual([reply.body]);
    expect(await itemsOf('EventLog')).toEqual([]);
    expect((await world.call('GET', `/v1/held-events/${id}`, { newsroom: 'other' })).status).toBe(404);
    expect(await heldList({ newsroom: 'other' })).toEqual([]);
  });

  test('is held once if it is sent again, and a conflict with other content or another time', async () => {
    const event = developmentWith({}, { id: 'one' });
    const first = await hold(event, noon);
    const again = await hold(event, noon);
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    expect((await hold(event, '2026-11-28T12:30:00Z')).status).toBe(409);
    expect((await hold(developmentWith({ headline: 'Other' }, { id: 'one' }), noon)).status).toBe(409);
    expect(await itemsOf('HeldEvents', 'N#example')).toHaveLength(3);
  });

  test('is published at its time, with the position and the instant of then, and is held no more', async () => {
    const { body } = await hold(developmentWith({}, { id: 'one' }), noon);
    at('2026-11-28T11:58:00.000Z');
    await publish();
    expect(await logged()).toEqual([]);
    at('2026-11-28T11:59:30.000Z');
    await publish();
    const [entry] = await readFeed();
    expect(entry).toMatchObject({ position: 1, event: { id: 'one' } });
    expect(Date.parse(entry?.publishedAt as string) - Date.parse(noon)).toBeLessThan(1_000);
    expect((entry?.publishedAt as string) >= noon).toBe(true);
    expect(await itemsOf('HeldEvents')).toEqual([{ pk: 'N#example', sk: 'TOTAL', v: 1, events: 0, bytes: 0 }]);
    expect((await world.get(`/v1/events/${body.id}`)).status).toBe(200);
    expect((await world.call('GET', `/v1/held-events/${body.id}`)).status).toBe(404);
  });

  test('is published in the order of publishAt, and of one instant in the order in which it was sent', async () => {
    await hold(developmentWith({}, { id: 'last' }), '2026-11-28T12:00:02Z');
    await hold(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => developmentWith({}, { id })),
      noon,
    );
    await hold(developmentWith({}, { id: 'first' }), '2026-11-28T11:59:59.999Z');
    at('2026-11-28T12:05:00.000Z');
    await publish();
    expect((await readFeed()).map(({ event }) => event.id)).toEqual(['first', 'a', 'b', 'c', 'd', 'e', 'f', 'last']);
  });
});
