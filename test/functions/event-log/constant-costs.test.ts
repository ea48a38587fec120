import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let subscribers: Subscribers;
let reproject: typeof import('../../../functions/lib/project/reproject.ts').reproject;
let take: () => Capacity;
beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  ({ reproject } = await import('../../../functions/lib/project/reproject.ts'));
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
  // With an event on either side, nothing that is corrected here is the first or the last of its timelines.
  await world.post(['2020-11-01', '2020-12-31'].map((edtf) => developmentWith({ when: { edtf } })));
});
afterAll(() => world.stop());

async function consumed(work: () => Promise<{ status: number } | unknown>): Promise<Capacity> {
  take();
  await work();
  return take();
}

async function answered(address: string): Promise<Capacity> {
  let status = 0;
  const capacity = await consumed(async () => {
    ({ status } = await world.get(address));
  });
  expect([address, status]).toEqual([address, 200]);
  return capacity;
}

/** What fan-out of the one entry that is new costs. */
async function fannedOut(): Promise<Capacity> {
  const capacity = await consumed(() => subscribers.fanOut());
  world.takeWakes();
  return capacity;
}

async function correct(id: string, revision: number): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const body = { note: 'Counted again.', data: { headline: `Revision ${revision + 1}` } };
  const { status } = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
  expect([revision, status]).toEqual([revision, 201]);
}

/** What each touch of an event costs that has been corrected so often. */
async function costsAfter(corrections: number) {
  const story = `corrected-${corrections}`;
  const { body } = await world.post(developmentWith({ stories: [story] }, { id: story }));
  const { id } = body;
  for (let revision = 0; revision < corrections; revision++) await correct(id, revision);
  await world.settle(id);
  await subscribers.fanOut();
  // It receives the next correction only, so that the earlier ones need not be queued.
  const { position } = (await world.get(`/v1/events/${id}`)).body;
  const endpoint = await subscribers.open({ stories: [story] }, position);
  const half = (await world.get(`/v1/events/${id}?revision=${corrections >> 1}`)).body;
  const touches = {
    append: await consumed(() => correct(id, corrections)),
    sequence: await consumed(() => world.sequence(id)),
    project: await consumed(() => world.project()),
    event: await answered(`/v1/events/${id}`),
    revision: await answered(`/v1/events/${id}?revision=${corrections >> 1}`),
    asOf: await answered(`/v1/events/${id}?asOf=${half.publishedAt}`),
    changes: await answered(`/v1/changes?after=${position}&status=planned`),
    history: await answered(`/v1/events/${id}/history?after=${corrections}`),
    reproject: await consumed(() => reproject(id)),
    fanOut: await fannedOut(),
    receipts: await answered(`/v1/events/${id}/receipts`),
    messages: await answered(`/v1/webhook-endpoints/${endpoint}/events?after=${position}`),
  };
  return touches;
}

test('every touch of an event costs the same at its second, its hundredth and its thousandth revision', async () => {
  const { asOf: asOfFew, ...few } = await costsAfter(1);
  for (const corrections of [99, 998]) {
    const { asOf, ...costs } = await costsAfter(corrections);
    expect([corrections, costs]).toEqual([corrections, few]);
    // A time that lies more than a block of revisions back is in the marker of its own block: one more read.
    expect(asOf).toEqual({ calls: asOfFew.calls + 1, read: asOfFew.read + 1, write: 0 });
  }
});

test('a correction that changes sixteen timelines costs the same the first time and the sixtieth, whatever the event was in before', async () => {
  const places = (set: number) =>
    Array.from({ length: 16 }, (_, index) => ({
      name: `Village ${set}-${index}`,
      qid: `Q${1_000 * (set + 1) + index}`,
    }));
  // On either side, in every timeline, so that the event is the first and the last of none.
  for (const set of [0, 1])
    for (const edtf of ['2020-11-01', '2020-12-31'])
      await world.post(developmentWith({ places: places(set), when: { edtf } }));
  const { body, status } = await world.post(developmentWith({ places: places(0) }, { id: 'moving-about' }));
  expect([status, body]).toEqual([201, expect.anything()]);
  const costs: Capacity[] = [];
  for (let revision = 0; revision < 60; revision++) {
    const headers = { 'if-match': `"${revision}"` };
    const correction = { note: 'It was elsewhere.', data: { places: places((revision + 1) % 2) } };
    const reply = await world.call('POST', `/v1/events/${body.id}/corrections`, { headers, body: correction });
    expect([revision, reply.status]).toEqual([revision, 201]);
    costs.push(await consumed(() => world.settle(body.id)));
  }
  // The first one finds no cards where the event has not been before.
  expect(new Set(costs.slice(1).map((one) => JSON.stringify(one))).size).toBe(1);
  expect(costs[1]?.write).toBeLessThanOrEqual((costs[0]?.write ?? 0) * 1.5);
});
