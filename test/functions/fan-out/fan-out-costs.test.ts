import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';

// Of items of up to 1 KB. Reads of up to 4 KB cost 1 if consistent, writes in a transaction twice those outside.
const perDelivery = 1;
const perRecipient = 1;
const perDue = 1;
/** The checkpoint, and the condition on the version of the active endpoints. */
const perChunk = 4;
/** The state of the endpoint, with the progress of the backfill. */
const perStep = 1;
/** Taking the lease, setting the end of the backfill, and releasing the lease. */
const perBackfill = 3;
/**
 * Both checkpoints, the feed, the version of the active endpoints, those that are behind, and the checkpoint again,
 * which another instance may have advanced.
 */
const readsPerChunk = 6;
/** Both checkpoints again: more may be projected by then. */
const readsAtEnd = 2;

let world: World;
let subscribers: Subscribers;
let take: () => Capacity;

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});
afterAll(() => world.stop());

const inLachin = { places: ['AZ-LAC'] };
const places = [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }];
const eventWith = (id: string) => developmentWith({ places }, { id });

/** The capacity that a piece of work consumes. */
async function consumed(work: () => Promise<unknown>): Promise<Capacity> {
  take();
  await work();
  return take();
}

async function openAll(count: number, filter: object): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => subscribers.open(filter)));
}

async function corrected(id: string, revision: number): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const body = { note: 'So it was.', data: { headline: `${revision}` } };
  expect((await world.call('POST', `/v1/events/${id}/corrections`, { headers, body })).status).toBe(201);
  await world.settle(id);
}

describe('fanning out', () => {
  test('writes four units per chunk if there are no endpoints', async () => {
    await world.post([eventWith('nobody-1'), eventWith('nobody-2')]);
    const { read, write } = await consumed(() => subscribers.fanOut());
    expect(write).toBe(perChunk);
    // A list of active endpoints that never existed cannot be kept, and so is read again.
    expect(read).toBe(readsPerChunk + readsAtEnd + 1);
  });

  test('writes two units per delivery, one for the delivery and one for its recipient, and one per chunk and due endpoint', async () => {
    await Promise.all([openAll(10, inLachin), openAll(5, { stories: ['another'] })]);
    await world.post([eventWith('first'), eventWith('second'), eventWith('third')]);
    const { write } = await consumed(() => subscribers.fanOut());
    expect(write).toBe(3 * 10 * (perDelivery + perRecipient) + 10 * perDue + perChunk);
  });

  test('reads the endpoints only if one has changed, and then once', async () => {
    await world.post(eventWith('again'));
    expect((await consumed(() => subscribers.fanOut())).read).toBe(readsPerChunk + readsAtEnd);
    await subscribers.open({ stories: ['another'] });
    await world.post(eventWith('changed'));
    // Sixteen endpoints have less than 4 KB.
    expect((await consumed(() => subscribers.fanOut())).read).toBe(readsPerChunk + readsAtEnd + 1);
  });

  test('reads the recipients of an event for a correction', async () => {
    const { body } = await world.post(eventWith('corrected'));
    await subscribers.fanOut();
    await corrected(body.id, 0);
    const { read, write } = await consumed(() => subscribers.fanOut());
    expect(write).toBe(10 * (perDelivery + perRecipient) + 10 * perDue + perChunk);
    // The items of ten recipients have less than 4 KB.
    expect(read).toBe(readsPerChunk + readsAtEnd + 1);
  });

  test('writes nothing if nothing more is projected', async () => {
    expect(await consumed(() => subscribers.fanOut())).toEqual({ read: 2, write: 0, calls: 2 });
  });
});

describe('a backfill', () => {
  test('writes two units per delivery, one for the delivery and one for its recipient, and one per step of fifty entries for the state', async () => {
    const { body } = await world.post(Array.from({ length: 20 }, (_, index) => eventWith(`past-${index}`)));
    expect(body.results).toHaveLength(20);
    await subscribers.fanOut();
    const { readFanOutCheckpoint } = await import('../../../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
    const { position } = await readFanOutCheckpoint('consistent');
    const id = await subscribers.open(inLachin, position - 20);
    const { write } = await consumed(() => subscribers.backfill(id));
    expect(write).toBe(20 * (perDelivery + perRecipient) + perStep + perBackfill);
    expect(await subscribers.positionsFor(id)).toHaveLength(20);
  });

  test('writes nothing for entries that the filter does not match', async () => {
    const id = await subscribers.open({ stories: ['another'] });
    const { write } = await consumed(() => subscribers.backfill(id));
    expect(write).toBe(perStep + perBackfill);
  });
});

describe('fanning out fifty events', () => {
  test('makes three calls for two events to queue fifty events for ten endpoints', async () => {
    await openAll(10, { places: ['shusha'] });
    const events = Array.from({ length: 50 }, (_, index) =>
      developmentWith({ places: [{ name: 'Shusha' }] }, { id: `many-${index}` }),
    );
    await subscribers.fanOut();
    for (const some of [events.slice(0, 20), events.slice(20, 40), events.slice(40)]) await world.post(some);
    const { calls, write } = await consumed(() => subscribers.fanOut());
    expect(write).toBe(50 * 10 * (perDelivery + perRecipient) + 10 * perDue + perChunk);
    // Both are put 25 at a time: forty calls. Twenty more read, make endpoints due and advance the checkpoint.
    expect(calls / 50).toBeLessThan(1.5);
  });
});

describe('a correction of an event that thousands of endpoints received which were deleted since', () => {
  test('costs the same for three times as many, and is queued for every recipient that is left', async () => {
    const { recordRecipients } = await import('../../../functions/lib/subscribers/deliveries/recipients.ts');
    const { newEndpointId } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
    const id = await subscribers.open({ stories: ['corrected-often'] });
    const { body } = await world.post(developmentWith({}, { id: 'received', subject: 'corrected-often' }));
    await subscribers.fanOut();
    await subscribers.filterBy(id, { stories: ['another'] });
    const costs: number[] = [];
    // The first of them reads the list of active endpoints, which has changed.
    for (const [revision, deleted] of [0, 2_000, 4_000].entries()) {
      const gone = Array.from({ length: deleted }, () => ({
        eventId: body.id as string,
        endpoint: { id: newEndpointId(), owner: 'another' },
        revisions: [{ position: 1, revision: 0 }],
      }));
      await recordRecipients(gone);
      await corrected(body.id, revision);
      costs.push((await consumed(() => subscribers.fanOut())).read);
    }
    expect(costs[2]).toBe(costs[1]);
    expect((await subscribers.queuedFor(id)).map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
  });
});
