import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { developmentWith } from '../../../events/samples.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;
let id: string;
let revision = 0;
/** The items that the table has handed over since the last time that this was asked. */
let takeItems: () => number;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  let items = 0;
  dynamodb.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      items += (result.output as { Items?: unknown[] }).Items?.length ?? 0;
      return result;
    },
    { step: 'initialize', name: 'countItems' },
  );
  takeItems = () => {
    const taken = items;
    items = 0;
    return taken;
  };
  const posted = await world.post(developmentWith({ headline: 'Talks begin' }, { subject: 'truce' }));
  id = posted.body.id;
  const rumour = await world.post(developmentWith({ headline: 'A rumour' }, { subject: 'truce', id: 'rumour' }));
  const body = { note: 'It did not happen.' };
  await world.call('POST', `/v1/events/${rumour.body.id}/retraction`, { headers: { 'if-match': '"0"' }, body });
  await world.settle(rumour.body.id);
});
afterAll(() => world.stop());

async function correct(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const headers = { 'if-match': `"${revision}"` };
    revision += 1;
    const body = { note: 'More is known.', data: { headline: `Talks begin, report ${revision}` } };
    await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
    await world.settle(id);
  }
}

/** The items that the page takes from the table: the first time after a change, and after that. */
async function itemsOfPage(): Promise<[number, number]> {
  takeItems();
  const { text } = await world.get('/stories/truce');
  expect(text).toContain(`Talks begin, report ${revision}`);
  expect(text).toContain('It did not happen.');
  const first = takeItems();
  await world.get('/stories/truce');
  return [first, takeItems()];
}

test('The page of a story takes no more from the table when more has been published in it', async () => {
  await correct(2);
  await itemsOfPage();
  await correct(1);
  const early = await itemsOfPage();
  await correct(60);
  await itemsOfPage();
  await correct(1);
  expect(await itemsOfPage()).toEqual(early);
});
