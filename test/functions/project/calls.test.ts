import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { maximumFacetsOfEvent, maximumListItems } from '../../../events/input/limits.ts';
import { developmentWith } from '../../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../../support/models/timelines-model.ts';
import { meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** Besides those of everything, of the story and of the type. */
const ownFacets = maximumFacetsOfEvent - 3;
const named = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}` }));
/** It lasts for more than a month, and so it is in each timeline twice. */
const dear = {
  when: { edtf: '2019-11-10/2020-11-10' },
  places: named(maximumListItems, 'Place'),
  actors: named(ownFacets - maximumListItems, 'Actor'),
};
const cardsOfEvent = 2 * maximumFacetsOfEvent;

/**
 * Putting past cards takes a call for 25, and what replaces cards a call each. Lists and logs of everything and of the
 * story take five.
 */
const ofChange = Math.ceil(cardsOfEvent / 25) + 5;
/** Reading and advancing, of a chunk. */
const ofChunk = 16;

let world: World;
let take: () => { calls: number };

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});
afterAll(() => world.stop());

const events = 20;

test('An event in 24 timelines takes four calls, and each of its changes one for a card that it replaces', async () => {
  const batch = Array.from({ length: events }, (_, index) => developmentWith(dear, { id: `dear-${index}` }));
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const { body } = await world.call('POST', '/v1/events', { headers, body: batch });
  const ids: string[] = body.results.map(({ id }: { id: string }) => id);
  const callsOf = async () => {
    await world.sequence(...ids);
    take();
    await world.project();
    return take().calls;
  };
  const change = async (path: string, revision: number, data?: object) => {
    for (const id of ids) {
      const changed = { headers: { 'if-match': `"${revision}"` }, body: { note: 'So it was.', ...(data && { data }) } };
      expect((await world.call('POST', `/v1/events/${id}/${path}`, changed)).status).toBe(201);
    }
    return callsOf();
  };
  expect(await callsOf()).toBeLessThanOrEqual(events * 4 + ofChunk);
  const moved = await change('corrections', 0, { when: { edtf: '2018-11-10/2020-11-10' } });
  expect(moved).toBeLessThanOrEqual(events * (cardsOfEvent + 2 + ofChange) + ofChunk);
  const corrected = await change('corrections', 1, { headline: 'Another' });
  expect(corrected).toBeLessThanOrEqual(events * (cardsOfEvent + ofChange) + ofChunk);
  const retracted = await change('retraction', 2);
  expect(retracted).toBeLessThanOrEqual(events * (cardsOfEvent + ofChange) + ofChunk);
  expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
});
