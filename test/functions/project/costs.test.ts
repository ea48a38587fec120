import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';

// Of items of up to 1 KB as written. Reads of up to 4 KB cost 1 if consistent, puts in a transaction twice those
// outside.
const perAppend = { read: 0, write: 1, calls: 1 };
const perSequencing = 4;
const perHead = 2;
const perCheckpoint = 2;

const places = [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }];
const actors = [
  { name: 'Armenia', iso3166: 'AM' },
  { name: 'Azerbaijan', iso3166: 'AZ' },
];
/** All, the story, the type, the place and the actors. */
const facets = 6;
/** What a correction or retraction leaves in the corrections log: that of all, and that of the story. */
const perCorrection = 2;
/** What every revision leaves in the lists by publication: that of all, and that of the story. */
const perPublication = 2;
/** The lines of the revision before it, which now say until when it was the latest. */
const perReplaced = 2;

let world: World;
let take: () => Capacity;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
  // What stands at neither end of a timeline can move without anyone having to look for the new end.
  await world.post([eventWith('first', '2020-11-01'), eventWith('last', '2020-12-31')]);
});

afterAll(() => world.stop());

const eventWith = (id: string, edtf = '2020-12-01') => developmentWith({ when: { edtf }, places, actors }, { id });

/** What is consumed by a piece of work. */
async function consumed(work: () => Promise<unknown>): Promise<Capacity> {
  take();
  await work();
  return take();
}

async function recorded(id: string): Promise<string> {
  const { body } = await world.post(eventWith(id));
  return body.id;
}

async function corrected(id: string, revision: number, data: object): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const body = { note: 'So it was.', data };
  const reply = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
  expect(reply.status).toBe(201);
}

describe('an append', () => {
  test('costs one unit in one round trip, and so does its replay', async () => {
    const append = () => world.call('POST', '/v1/events', { body: eventWith('append') });
    expect(await consumed(append)).toEqual(perAppend);
    expect(await consumed(append)).toEqual(perAppend);
  });

  test('costs the same for each event of a batch, which reserves and counts its events as a whole', async () => {
    const body = Array.from({ length: 20 }, (_, index) => eventWith(`batch-${index}`));
    expect(await consumed(() => world.call('POST', '/v1/events', { body }))).toEqual({ read: 0, write: 22, calls: 22 });
  });

  test('costs nothing if it is refused', async () => {
    const body = [eventWith('refused'), { ...eventWith('refused'), type: 'weather.changed' }];
    expect(await consumed(() => world.call('POST', '/v1/events', { body }))).toEqual({ read: 0, write: 0, calls: 0 });
  });
});

describe('sequencing', () => {
  test('costs four units an event, a read of its revisions and a read of the head', async () => {
    const { body } = await world.call('POST', '/v1/events', { body: eventWith('sequence') });
    expect(await consumed(() => world.sequence(body.id))).toEqual({ read: 2, write: perSequencing, calls: 3 });
  });

  test('writes nothing for a published revision', async () => {
    const id = await recorded('sequenced');
    expect(await consumed(() => world.sequence(id))).toMatchObject({ write: 0 });
  });

  test('reads the head once for several events', async () => {
    const events = Array.from({ length: 20 }, (_, index) => eventWith(`sequence-${index}`));
    const { body } = await world.call('POST', '/v1/events', { body: events });
    const ids = body.results.map(({ id }: { id: string }) => id);
    expect(await consumed(() => world.sequence(...ids))).toEqual({ read: 21, write: 20 * perSequencing, calls: 22 });
    await world.project();
  });
});

describe('projecting', () => {
  /** Of following the feed: the checkpoint, and one look for entries. */
  const following = 2;

  test('costs a unit for each facet, and for each chunk two units for the checkpoint and for each head', async () => {
    const { body } = await world.call('POST', '/v1/events', { body: eventWith('project') });
    await world.sequence(body.id);
    const { read, write } = await consumed(() => world.project());
    expect(write).toBe(facets + perPublication + perCheckpoint + facets * perHead);
    // And a read of the revision and of its marker.
    expect(read).toBe(following + 2 + facets);
  });

  test('writes the checkpoint and each head once for all events of a chunk', async () => {
    const events = Array.from({ length: 20 }, (_, index) => eventWith(`project-${index}`));
    const { body } = await world.call('POST', '/v1/events', { body: events });
    await world.sequence(...body.results.map(({ id }: { id: string }) => id));
    const { write } = await consumed(() => world.project());
    expect(write).toBe(20 * (facets + perPublication) + perCheckpoint + facets * perHead);
  });

  test('a correction costs two units for each facet (a past card and a card), a line in each log, two in each list by publication, and a read of the revision, of its marker and of the one before', async () => {
    const id = await recorded('correct');
    await corrected(id, 0, { headline: 'Corrected' });
    await world.sequence(id);
    const { read, write } = await consumed(() => world.project());
    expect(write).toBe(2 * facets + perCorrection + perPublication + perReplaced + perCheckpoint + facets * perHead);
    expect(read).toBe(following + 3 + facets);
  });

  test('a correction that moves the date costs three units for each facet, with a tombstone in the old place', async () => {
    const id = await recorded('move');
    await corrected(id, 0, { when: { edtf: '2020-12-03' } });
    await world.sequence(id);
    const { read, write } = await consumed(() => world.project());
    expect(write).toBe(3 * facets + perCorrection + perPublication + perReplaced + perCheckpoint + facets * perHead);
    expect(read).toBe(following + 3 + facets);
  });

  test('a retraction costs two units for each facet (a past card and a tombstone), and a line in each log', async () => {
    const id = await recorded('retract');
    const headers = { 'if-match': '"0"' };
    await world.call('POST', `/v1/events/${id}/retraction`, { headers, body: { note: 'It did not happen.' } });
    await world.sequence(id);
    const { write } = await consumed(() => world.project());
    expect(write).toBe(2 * facets + perCorrection + perPublication + perReplaced + perCheckpoint + facets * perHead);
  });

  test('a correction costs a line more in each list for each further story that the event is in or was in', async () => {
    const event = eventWith('stories');
    const stories = ['minsk-group', 'french-senate'];
    const { body } = await world.post({ ...event, data: { ...event.data, stories } });
    await corrected(body.id, 0, { stories: ['minsk-group'] });
    await world.sequence(body.id);
    const { write } = await consumed(() => world.project());
    // Past cards in all facets, cards in those that are left and a mark in the other, a line in each log, and two in
    // each list.
    const before = facets + stories.length;
    expect(write).toBe(
      2 * before + perCorrection + perPublication + perReplaced + 3 * stories.length + perCheckpoint + before * perHead,
    );
  });

  test('writes nothing if there is nothing new', async () => {
    expect(await consumed(() => world.project())).toEqual({ read: 2, write: 0, calls: 2 });
  });
});

describe('a correction', () => {
  test('costs one unit, and one read of the event', async () => {
    const id = await recorded('change');
    expect(await consumed(() => corrected(id, 0, { headline: 'One' }))).toEqual({ read: 1, write: 1, calls: 2 });
    expect(await consumed(() => corrected(id, 1, { headline: 'Two' }))).toEqual({ read: 1, write: 1, calls: 2 });
  });
});

describe('the corrections log', () => {
  test('is read with one read of the checkpoint and one query, however large the timelines are', async () => {
    await world.post(Array.from({ length: 60 }, (_, index) => eventWith(`uncorrected-${index}`)));
    const id = await recorded('logged');
    for (const revision of [0, 1, 2]) await corrected(id, revision, { headline: `${revision}` });
    await world.settle(id);
    const { nextCursor } = (await world.get('/v1/corrections?story=karabakh-2020&limit=1')).body;
    // Lines are a third of a KB. All is new, and so they are read consistently.
    for (const query of ['', '&limit=5', `&limit=1&cursor=${nextCursor}`]) {
      const read = () => world.get(`/v1/corrections?story=karabakh-2020${query}`);
      expect(await consumed(read)).toEqual({ read: 1.5, write: 0, calls: 2 });
    }
  });
});

describe('a combined filter', () => {
  test('reads the smallest of the requested timelines', async () => {
    await world.post(Array.from({ length: 60 }, (_, index) => eventWith(`many-${index}`)));
    await world.post(developmentWith({ places, actors: [{ name: 'Rare' }] }, { id: 'rare' }));
    const cost = (query: string) => consumed(() => world.get(`/v1/timeline?limit=10&${query}`));
    const alone = await cost('actor=rare');
    for (const query of ['actor=rare&place=AZ-LAC', 'place=AZ-LAC&actor=rare&story=karabakh-2020']) {
      // One more head for each further filter, read twice: for a look and, since all is new, consistently.
      const heads = 1.5 * (query.split('&').length - 1);
      expect(await cost(query)).toEqual({ ...alone, read: alone.read + heads });
    }
  });
});
