import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dayMs } from '../../../events/dates/durations.ts';
import { maximumFacetsOfEvent, maximumListItems } from '../../../events/input/limits.ts';
import { developmentWith } from '../../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../../support/models/timelines-model.ts';
import { interfere } from '../../support/world/interference.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** Besides those of everything, of the story and of the type. */
const ownFacets = maximumFacetsOfEvent - 3;
const named = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}` }));
const inManyTimelines = {
  places: named(maximumListItems, 'Place'),
  actors: named(ownFacets - maximumListItems, 'Actor'),
};

/** One of each span class from a day to some centuries. */
const spanClasses = 14;
const start = '1800-01-01';
const edtfs = Array.from({ length: spanClasses }, (_, index) => {
  const days = index === 0 ? 0 : 20 * 2 ** index;
  return `${start}/${new Date(Date.parse(start) + days * dayMs).toISOString().slice(0, 10)}`;
});

let world: World;
let queries = 0;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, ({ command }) => {
    queries += command === 'QueryCommand' ? 1 : 0;
    return 'done';
  });
});
afterAll(() => world.stop());

/** The queries of a chunk that searches for nothing: the feed, and what is behind its end. */
const ofChunk = 10;

test('an event at both ends of 24 timelines with many span classes is moved for a bounded number of reads, and the days are found', async () => {
  const post = async (edtf: string) => {
    const { status, body } = await world.post(developmentWith({ ...inManyTimelines, when: { edtf } }));
    expect(status).toBe(201);
    return body.id as string;
  };
  for (const edtf of edtfs) await post(edtf);
  const id = await post('1000-01-01/2999-12-31');
  const { status } = await world.call('POST', `/v1/events/${id}/corrections`, {
    headers: { 'if-match': '"0"' },
    body: { note: 'It was one day.', data: { when: { edtf: '1850-05-05' } } },
  });
  expect(status).toBe(201);
  await world.sequence(id);
  queries = 0;
  const { projector } = await import('../../../functions/lib/project/projector.ts');
  const { follow } = await import('../../../functions/lib/event-log/follower.ts');
  await follow({ ...projector(async () => {}), atEnd: async () => false }, () => 60_000);
  expect(queries).toBeLessThanOrEqual(100 + ofChunk);
  await world.project();
  const { heads } = await readTimelines();
  expect(Object.keys(heads).length).toBeGreaterThanOrEqual(maximumFacetsOfEvent);
  expect(heads).toEqual(timelinesOf(await readFeed()).heads);
});
