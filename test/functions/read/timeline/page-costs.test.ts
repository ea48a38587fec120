import { type AttributeValue, paginateQuery } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventData } from '../../../../events/event.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { seedCards } from '../../../support/fixtures/seed-cards.ts';
import { type Capacity, meterCapacity } from '../../../support/world/capacity.ts';
import { itemBytes } from '../../../support/world/item-size.ts';
import { besideClient } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const bytesPerRead = 4_096;
const eventual = 0.5;
const checkpointAndHead = 1;
const dayMs = 86_400_000;
const firstDay = Date.parse('1988-01-01');

let world: World;
let take: () => Capacity;
/** How many bytes the card of each event has. */
const bytes = new Map<string, number>();

const day = (index: number) => new Date(firstDay + index * dayMs).toISOString().slice(0, 10);

async function seed(story: string, edtfs: readonly string[]): Promise<void> {
  const events = edtfs.map((edtf) => ({
    ...developmentWith(),
    subject: story,
    data: { ...requiredFields, when: { edtf, tz: 'Asia/Baku' } } as EventData,
  }));
  await seedCards(`S#${story}`, events);
  const query = {
    TableName: 'Timelines',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: `1#S#${story}` } },
  };
  for await (const { Items = [] } of paginateQuery({ client: besideClient() }, query)) {
    for (const item of Items as Record<string, AttributeValue>[]) {
      bytes.set(String(item.sk?.S).slice(-30), itemBytes(item));
    }
  }
}

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  await seed(
    'short',
    Array.from({ length: 100 }, (_, index) => day(index)),
  );
  await seed('long', [...Array.from({ length: 3_000 }, (_, index) => day(index)), '1988-02/1994-05-12']);
  const mixed = (index: number) => {
    if (index % 50 === 0) return day(index).slice(0, 4);
    return index % 10 === 0 ? `${day(index)}/${day(index + 20)}` : day(index);
  };
  await seed(
    'mixed',
    Array.from({ length: 500 }, (_, index) => mixed(index)),
  );
  take = meterCapacity(dynamodb).take;
});

afterAll(() => world.stop());

/** A page: how many entries it has, what was read for it, and what the budget allows for its bytes. */
async function page(query: string, classes: number) {
  take();
  const { status, body, headers } = await world.get(`/v1/timeline?${query}`);
  expect(status).toBe(200);
  // What is to be kept for ever is read consistently, at twice the price.
  const each = headers['cache-control']?.includes('immutable') ? 2 * eventual : eventual;
  const { read } = take();
  const size = body.entries.reduce((sum: number, { id }: { id: string }) => sum + (bytes.get(id) ?? 0), 0);
  const budget = Math.ceil(size / bytesPerRead) * each + classes * each + checkpointAndHead;
  return { entries: body.entries.length, read, budget, nextCursor: body.nextCursor, body };
}

describe('a page', () => {
  test.each([
    ['the first', 'limit=50', 50],
    ['a small one', 'limit=5', 5],
    ['the last first', 'limit=50&order=desc', 50],
    ['a range of days', `limit=50&from=${day(30)}&to=${day(69)}`, 40],
    ['a range of days, the last first', `limit=50&from=${day(30)}&to=${day(69)}&order=desc`, 40],
    ['a range of instants', `from=${day(30)}T00:00:00Z&to=${day(40)}T00:00:00Z`, 11],
    ['a single day', `date=${day(50)}`, 1],
    ['a range with nothing in it', 'to=1900', 0],
  ])('costs what it holds: %s', async (_, query, entries) => {
    const { read, budget, ...told } = await page(`story=short&${query}`, 1);
    expect(told.entries).toBe(entries);
    expect(read).toBeLessThanOrEqual(budget);
  });

  test.each([
    ['the first', 'limit=50'],
    ['a range of days', `limit=50&from=${day(30)}&to=${day(69)}`],
    ['a range of days, the last first', `limit=50&from=${day(30)}&to=${day(69)}&order=desc`],
    ['the first of a range', `limit=20&from=${day(30)}&to=${day(69)}`],
    ['a single day', `date=${day(50)}`],
  ])('costs the same out of 100 and out of 3,000: %s', async (_, query) => {
    const short = await page(`story=short&${query}`, 1);
    const long = await page(`story=long&${query}`, 2);
    expect(long.entries - short.entries).toBeLessThanOrEqual(1);
    expect(long.read).toBeLessThanOrEqual(long.budget);
    // The long one has another class in use.
    expect(long.read - short.read).toBeLessThanOrEqual(eventual);
  });

  test('costs the same wherever a walk has come to', async () => {
    const costs: number[] = [];
    let { nextCursor } = await page('story=long&limit=40', 2);
    for (let pages = 0; pages < 12; pages++) {
      const next = await page(`story=long&limit=40&cursor=${nextCursor}`, 2);
      expect(next.read).toBeLessThanOrEqual(next.budget);
      costs.push(next.read);
      nextCursor = next.nextCursor;
    }
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThanOrEqual(2 * eventual);
  });

  test('of case 29, a span of six years among 3,000 single days, is found at the cost of its page', async () => {
    const { body, read, budget } = await page('story=long&from=1990&to=1990&limit=500', 2);
    expect(body.entries).toHaveLength(366);
    expect(body.entries[0].when.edtf).toBe('1988-02/1994-05-12');
    expect(read).toBeLessThanOrEqual(budget);
    const one = await page('story=long&from=1990-06-01&to=1990-06-01', 2);
    expect(one.body.entries).toHaveLength(2);
    expect(one.read).toBeLessThanOrEqual(one.budget);
  });

  test.each([
    ['limit=50', 0],
    ['limit=50&order=desc', 0],
    [`date=${day(205)}`, 0],
    // What began before the range and had ended is read in vain.
    [`limit=50&from=${day(200)}`, 1],
  ])('of several span classes costs what it holds, and what its long ones read in vain: %s', async (query, inVain) => {
    const { read, budget } = await page(`story=mixed&${query}`, 4);
    expect(read).toBeLessThanOrEqual(budget + inVain);
  });
});
