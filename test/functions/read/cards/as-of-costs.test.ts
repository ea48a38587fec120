import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { developmentWith } from '../../../events/samples.ts';
import { type Capacity, meterCapacity } from '../../../support/world/capacity.ts';
import { itemsOf, putItem } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const days = 60;
const corrections = 200;
const summary = 'A summary as long as those that desks write. '.repeat(12);
const day = (index: number) => new Date(Date.parse('2020-11-01') + index * 86_400_000).toISOString().slice(0, 10);

let world: World;
let take: () => Capacity;
let ids: string[];
/** The instants at which the event in the middle of the page got each of its revisions. */
let instants: string[];

async function correct(id: string, revision: number): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const body = { note: 'Counted again.', data: { headline: `Revision ${revision + 1}` } };
  const { status } = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
  expect([revision, status]).toEqual([revision, 201]);
}

/** Lets the last change be long ago: replicas do not lag, and an answer about now is not read consistently. */
async function lieBack(): Promise<void> {
  const [checkpoint] = (await itemsOf('Timelines')).filter(({ sk }) => sk === 'PROJECT');
  await putItem('Timelines', { ...checkpoint, advancedAt: '2021-01-01T00:00:00.000Z' });
}

async function page(query = '') {
  take();
  const { status, body } = await world.get(`/v1/timeline?story=karabakh-2020&limit=50${query}`);
  expect(status).toBe(200);
  return {
    read: take().read,
    headlines: body.entries.map(({ data }: { data: { headline: string } }) => data.headline),
  };
}

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const all = Array.from({ length: days }, (_, index) =>
    developmentWith({ when: { edtf: day(index) }, summary, headline: 'As posted' }),
  );
  const { body } = await world.post(all);
  ids = body.results.map(({ id }: { id: string }) => id);
  const { body: before } = await world.get('/v1/timeline?story=karabakh-2020');
  const id = ids[20] as string;
  for (let revision = 0; revision < corrections; revision++) await correct(id, revision);
  await world.settle(id);
  const markers = (await itemsOf('EventLog')).filter(({ pk, sk }) => pk === `E#${id}` && String(sk).startsWith('M#'));
  instants = [before.asOf, ...markers.slice(1).map(({ publishedAt }) => String(publishedAt))];
  await world.post(developmentWith({ when: { edtf: '2022' } }));
  await lieBack();
  take = meterCapacity(dynamodb).take;
});
afterAll(() => world.stop());

test.each([
  ['before an event of the page was corrected 200 times', 0, 'As posted'],
  ['between its corrections', 100, 'Revision 100'],
  ['after them', corrections, 'Revision 200'],
])('a page as of %s costs at most 2.5 times the page of now', async (_, revision, headline) => {
  const now = await page();
  const then = await page(`&asOf=${instants[revision]}`);
  expect(then.headlines).toEqual(Array.from({ length: 50 }, (_one, index) => (index === 20 ? headline : 'As posted')));
  expect(then.read).toBeLessThanOrEqual(2.5 * now.read);
});

test('a page of events that were all corrected since costs what its current and its past cards hold', async () => {
  const others = ids.filter((_id, index) => index !== 20);
  for (const id of others) await correct(id, 0);
  for (const id of others) await world.sequence(id);
  await world.project();
  await lieBack();
  const now = await page();
  expect(now.headlines).toEqual(Array.from({ length: 50 }, (_one, index) => `Revision ${index === 20 ? 200 : 1}`));
  const then = await page(`&asOf=${instants[corrections]}`);
  expect(then.headlines).toEqual(
    Array.from({ length: 50 }, (_one, index) => (index === 20 ? 'Revision 200' : 'As posted')),
  );
  // Of an answer that never changes the current cards are read consistently, which costs twice as much, and the past
  // ones are not.
  expect(then.read).toBeLessThanOrEqual(3 * now.read + 1);
});

test('a past card that a replica does not have yet is read consistently', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const asOf = `&asOf=${instants[corrections]}`;
  const { headlines } = await page(asOf);
  let repeated = 0;
  dynamodb.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { ConsistentRead, ExpressionAttributeValues: values } = args.input as QueryCommandInput;
      if (!values?.[':pk']?.S?.includes('#H#')) return result;
      const output = result.output as { Items?: unknown[] };
      if (ConsistentRead) repeated++;
      else output.Items = output.Items?.slice(1) ?? [];
      return result;
    },
    { step: 'initialize', name: 'lacking' },
  );
  const found = await page(asOf);
  dynamodb.middlewareStack.remove('lacking');
  expect(found.headlines).toEqual(headlines);
  expect(repeated).toBeGreaterThan(0);
});
