import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const timeoutMs = 60_000;

let world: World;
let take: () => Capacity;
beforeAll(async () => {
  world = await startWorld();
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

async function correct(id: string, revision: number): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const body = { note: 'Counted again.', data: { headline: `Revision ${revision + 1}` } };
  const { status } = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
  expect([revision, status]).toEqual([revision, 201]);
}

/** What each touch of an event costs that has been corrected so often. */
async function costsAfter(corrections: number) {
  const { body } = await world.post(developmentWith({}, { id: `corrected-${corrections}` }));
  const { id } = body;
  for (let revision = 0; revision < corrections; revision++) await correct(id, revision);
  await world.settle(id);
  const { position } = (await world.get(`/v1/events/${id}`)).body;
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
  };
  return touches;
}

test(
  'every touch of an event costs the same at its second, its hundredth and its thousandth revision',
  async () => {
    const { asOf: asOfFew, ...few } = await costsAfter(1);
    for (const corrections of [99, 998]) {
      const { asOf, ...costs } = await costsAfter(corrections);
      expect([corrections, costs]).toEqual([corrections, few]);
      // A time that lies more than a block of revisions back is in the marker of its own block: one more read.
      expect(asOf).toEqual({ calls: asOfFew.calls + 1, read: asOfFew.read + 1, write: 0 });
    }
  },
  timeoutMs,
);
