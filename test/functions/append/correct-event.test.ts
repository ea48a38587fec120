import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith, requiredFields } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { itemsIn } from '../../support/world/items.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const unknownId = eventIdOf('/newsrooms/example', 'nobody posted this');
const note = 'The agency corrected its report.';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

async function recorded(data: object = {}, attributes: object = {}): Promise<string> {
  const reply = await world.call('POST', '/v1/events', { body: developmentWith(data, attributes) });
  return reply.body.id;
}

const correct = (id: string, ifMatch: string | undefined, body: unknown, call: object = {}) =>
  world.call('POST', `/v1/events/${id}/corrections`, {
    ...call,
    body,
    ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
  });

const headline = (text: string) => ({ note, data: { headline: text } });

describe('a correction', () => {
  test('is recorded: 201 with its revision and the corrected event', async () => {
    const id = await recorded({ summary: 'Soon.', status: 'reported' }, { id: 'whole' });
    const reply = await correct(id, '"0"', { note, data: { summary: null, status: 'confirmed', language: 'az' } });
    expect(reply.status).toBe(201);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/events/${id}`,
      etag: '"1"',
    });
    expect(reply.body).toEqual({
      id,
      revision: 1,
      recordedAt: instant,
      event: {
        specversion: '1.0',
        id: 'whole',
        source: '/newsrooms/example',
        type: 'development.reported',
        subject: 'karabakh-2020',
        data: { ...requiredFields, status: 'confirmed', language: 'az' },
      },
    });
  });

  test('sent again is replayed: 200 with the same body, and nothing is written', async () => {
    const id = await recorded();
    const first = await correct(id, '"0"', headline('One'));
    const items = await itemsIn('EventLog');
    expect(await correct(id, '"0"', headline('One'))).toEqual({
      ...first,
      status: 200,
      headers: { ...first.headers, 'idempotency-replayed': 'true' },
    });
    expect(await itemsIn('EventLog')).toBe(items);
  });

  test('sent again after later corrections, and after a retraction, is replayed', async () => {
    const id = await recorded();
    const first = await correct(id, '"0"', headline('One'));
    const second = await correct(id, '"1"', headline('Two'));
    await correct(id, '"2"', headline('One'));
    const headers = { 'if-match': '"3"' };
    await world.call('POST', `/v1/events/${id}/retraction`, { body: { note }, headers });
    expect(await correct(id, '"0"', headline('One'))).toMatchObject({ status: 200, text: first.text });
    expect(await correct(id, '"1"', headline('Two'))).toMatchObject({ status: 200, text: second.text });
    expect((await correct(id, '"2"', headline('One'))).body).toMatchObject({ revision: 3 });
  });

  test('may undo an earlier one', async () => {
    const id = await recorded();
    await correct(id, '"0"', headline('One'));
    const back = await correct(id, '"1"', headline(requiredFields.headline));
    expect(back).toMatchObject({ status: 201, body: { revision: 2, event: { data: requiredFields } } });
  });

  test('must say which revision it builds on: 428 without If-Match', async () => {
    const id = await recorded();
    expect(await correct(id, undefined, headline('One'))).toMatchObject({
      status: 428,
      body: problem(428, 'revision-required'),
    });
  });

  test.each(['"0"', 'W/"0"', ' "0" '])('accepts If-Match %j', async (ifMatch) => {
    expect((await correct(await recorded(), ifMatch, headline('One'))).status).toBe(201);
  });

  test.each(['0', '*', '"0", "1"', '"00"', '"-1"', '"a"', '""', ''])('refuses If-Match %j', async (ifMatch) => {
    const reply = await correct(await recorded(), ifMatch, headline('One'));
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual(refused({ header: 'if-match' }));
  });

  test.each(['"0"', '"2"', '"999999"'])('of a revision that is not the current one, %s, is 412', async (ifMatch) => {
    const id = await recorded();
    await correct(id, '"0"', headline('One'));
    const reply = await correct(id, ifMatch, headline('Two'));
    expect(reply.status).toBe(412);
    expect(reply.body).toEqual(problem(412, 'stale-revision', { revision: 1 }));
  });

  test('succeeds once if two are sent at once: the other is 412, or a replay', async () => {
    const id = await recorded();
    const replies = await Promise.all([correct(id, '"0"', headline('One')), correct(id, '"0"', headline('Two'))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 412]);
    const same = await Promise.all([correct(id, '"1"', headline('Three')), correct(id, '"1"', headline('Three'))]);
    expect(same.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(same[0]?.text).toBe(same[1]?.text);
  });

  test('of a retracted event is a conflict that shows the stored revision', async () => {
    const id = await recorded({}, { id: 'retracted' });
    await world.call('POST', `/v1/events/${id}/retraction`, { body: { note }, headers: { 'if-match': '"0"' } });
    for (const ifMatch of ['"0"', '"1"']) {
      const reply = await correct(id, ifMatch, headline('One'));
      expect(reply.status).toBe(409);
      expect(reply.body).toEqual(
        problem(409, 'conflict', { stored: { id, revision: 1, recordedAt: instant, event: expect.any(Object) } }),
      );
    }
  });

  test.each([unknownId, 'evt_short', 'evt_AAAAAAAAAAAAAAAAAAAAAAAAAA', '%00'])('of %s is 404', async (id) => {
    const reply = await correct(id, '"0"', headline('One'));
    expect(reply.status).toBe(404);
    expect(reply.body).toEqual(problem(404, 'not-found'));
  });

  test("of another newsroom's event is 404, as if the event did not exist", async () => {
    const id = await recorded();
    const mine = await correct(id, '"0"', headline('One'), { newsroom: 'afp' });
    const none = await correct(unknownId, '"0"', headline('One'), { newsroom: 'afp' });
    expect(mine).toEqual(none);
  });

  test("of a story's description is 404, since only PUT changes it", async () => {
    await world.call('PUT', '/v1/stories/described', { body: { title: 'Described' } });
    const reply = await correct(eventIdOf('/stories', 'described'), '"0"', headline('One'));
    expect(reply.status).toBe(404);
  });

  test('needs the scope: 403', async () => {
    const reply = await correct(await recorded(), '"0"', headline('One'), { scopes: 'stories:write' });
    expect(reply.status).toBe(403);
  });

  test('by a key that is limited to stories must stay within them, before and after the change', async () => {
    const here = await recorded();
    const shared = await recorded({ stories: ['belarus'] });
    const stories = 'karabakh-*';
    expect((await correct(here, '"0"', headline('One'), { stories })).status).toBe(201);
    expect((await correct(here, '"1"', headline('Two'), { stories: 'belarus' })).status).toBe(403);
    expect((await correct(here, '"1"', { note, data: { stories: ['belarus'] } }, { stories })).status).toBe(403);
    expect((await correct(shared, '"0"', headline('One'), { stories })).status).toBe(403);
    expect((await correct(shared, '"0"', { note, data: { stories: null } }, { stories })).status).toBe(403);
  });

  test.each<[string, unknown, string[]]>([
    ['no note', { data: { headline: 'One' } }, ['/note']],
    ['a blank note', { note: ' ', data: { headline: 'One' } }, ['/note']],
    ['no data', { note }, ['/data']],
    ['data that is no object', { note, data: ['One'] }, ['/data']],
    ['an unknown field', { note, data: { headline: 'One' }, type: 'talks.held' }, ['/type']],
    ['an unknown field of data', { note, data: { mood: 'sombre' } }, ['/data/mood']],
    ['a date that there is not', { note, data: { when: { edtf: '2021-02-29' } } }, ['/data/when/edtf']],
    [
      'what is required taken out',
      { note, data: { headline: null, sources: null } },
      ['/data/headline', '/data/sources'],
    ],
    ['nothing that is different', { note, data: {} }, ['/data']],
    ['what it says already', { note, data: { headline: requiredFields.headline } }, ['/data']],
    ['a list instead of an object', [], ['']],
  ])('with %s is refused, and nothing is written', async (_, body, pointers) => {
    const id = await recorded();
    const items = await itemsIn('EventLog');
    const reply = await correct(id, '"0"', body);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual(refused(...pointers.map((pointer) => ({ pointer }))));
    expect(await itemsIn('EventLog')).toBe(items);
  });

  test('that would make the event larger than 64 KB is 413', async () => {
    const id = await recorded({ summary: 'é'.repeat(20_000) });
    const reply = await correct(id, '"0"', { note, data: { headline: 'One', summary: 'x'.repeat(66_000) } });
    expect(reply).toMatchObject({ status: 413, body: problem(413, 'too-large') });
  });

  test('merges into objects and replaces lists, as RFC 7396 says', async () => {
    const places = [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }, { name: 'Shusha' }];
    const id = await recorded({ when: { edtf: '2020-12', tz: 'Asia/Baku' }, places });
    const data = { when: { edtf: '2020-12-01', kind: 'span' }, places: [{ name: 'Lachin' }] };
    const reply = await correct(id, '"0"', { note, data });
    expect(reply.body.event.data).toEqual({
      ...requiredFields,
      when: { edtf: '2020-12-01', tz: 'Asia/Baku', kind: 'span' },
      places: [{ name: 'Lachin' }],
    });
  });

  test('that removes the zone leaves the date without a zone', async () => {
    const id = await recorded({ when: { edtf: '2020-12-01', tz: 'Asia/Baku' } });
    const reply = await correct(id, '"0"', { note, data: { when: { tz: null } } });
    expect(reply.body.event.data.when).toEqual({ edtf: '2020-12-01' });
  });
});
