import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { meterCapacity } from '../../support/world/capacity.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const root = join(import.meta.dirname, '../../..');
const events = readFileSync(join(root, 'examples/karabakh-2020.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const guide = readFileSync(join(root, 'docs/costs.md'), 'utf8');

let world: World;
let take: () => { write: number };

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});
beforeEach(() => Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]));
afterAll(() => world.stop());

/** The write units of an event from append to timelines, if so many are published together. */
async function unitsOf(together: number): Promise<number> {
  take();
  for (let start = 0; start < events.length; start += together) {
    const ids: string[] = [];
    for (const event of events.slice(start, start + together)) {
      const { status, body } = await world.call('POST', '/v1/events', { body: event });
      expect(status).toBe(201);
      ids.push(body.id);
    }
    await world.settle(...ids);
  }
  return take().write / events.length;
}

/** The figure in a row of the guide. */
const documented = (row: string) =>
  Number(
    guide
      .split('\n')
      .find((line) => line.includes(row))
      ?.split('|')[2],
  );

/** The second cards of long spans, which have no copy of the entry. */
const secondCards = async () => (await itemsOf('Timelines')).filter(({ l }) => l !== undefined).length;

test('an event of the example story costs what the guide says, published with all others', async () => {
  const units = await unitsOf(events.length);
  expect(Math.abs(units - documented('an event of the example story, with the others'))).toBeLessThan(0.1);
  expect((await secondCards()) / events.length).toBeLessThan(1.8);
});

test('an event of the example story costs what the guide says, published alone', async () => {
  expect(Math.abs((await unitsOf(1)) - documented('an event of the example story, alone'))).toBeLessThan(0.1);
});
