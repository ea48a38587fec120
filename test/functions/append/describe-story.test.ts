import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { itemsIn } from '../../support/world/items.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const one = { title: 'One' };
const two = { title: 'Two', description: 'Told anew.', timezone: 'Asia/Baku', language: 'az' };

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const putNew = (story: string, body: unknown, call: object = {}) =>
  world.call('PUT', `/v1/stories/${story}`, { ...call, body, headers: { 'if-none-match': '*' } });
const put = (story: string, body: unknown, ifMatch?: string, call: object = {}) =>
  world.call('PUT', `/v1/stories/${story}`, {
    ...call,
    body,
    ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
  });

describe('a story', () => {
  test('is described: 201 with the new description', async () => {
    const reply = await put('minsk', two);
    expect(reply.status).toBe(201);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: '/v1/stories/minsk',
      etag: '"0"',
    });
    expect(reply.body).toEqual({ story: 'minsk', revision: 0, recordedAt: instant, ...two });
  });

  test('described with the same description again is 200, and 412 on a revision that there is not; nothing is written', async () => {
    const first = await put('same', two);
    const items = await itemsIn('EventLog');
    for (const ifMatch of [undefined, '"0"']) {
      expect(await put('same', { ...two }, ifMatch)).toMatchObject({ status: 200, text: first.text });
    }
    for (const ifMatch of ['"1"', '"999999"']) {
      expect(await put('same', { ...two }, ifMatch)).toMatchObject({
        status: 412,
        body: problem(412, 'stale-revision', { revision: 0 }),
      });
    }
    expect(await itemsIn('EventLog')).toBe(items);
  });

  test('described with another description needs If-Match: 428 without it, 412 if it is stale, 201 if it is current', async () => {
    await put('changed', one);
    expect(await put('changed', two)).toMatchObject({ status: 428, body: problem(428, 'revision-required') });
    expect(await put('changed', two, '"1"')).toMatchObject({
      status: 412,
      body: problem(412, 'stale-revision', { revision: 0 }),
    });
    expect(await put('changed', two, 'zero')).toMatchObject({ status: 400, body: refused({ header: 'if-match' }) });
    expect(await put('changed', two, '"0"')).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { story: 'changed', revision: 1, recordedAt: instant, ...two },
    });
  });

  test('returns the revision that an earlier description wrote, if that is sent again', async () => {
    await put('retried', one);
    const second = await put('retried', two, '"0"');
    await put('retried', { title: 'Three' }, '"1"');
    expect(await put('retried', two, '"0"')).toMatchObject({ status: 200, text: second.text });
  });

  test('described with its current description is 200 if it is a retry or builds on it, and 412 otherwise', async () => {
    await put('back', one);
    await put('back', two, '"0"');
    const back = await put('back', one, '"1"');
    expect(back.body).toMatchObject({ revision: 2, title: 'One' });
    for (const ifMatch of ['"1"', '"2"']) {
      expect(await put('back', one, ifMatch)).toMatchObject({ status: 200, text: back.text });
    }
    expect(await put('back', one, '"0"')).toMatchObject({
      status: 412,
      body: problem(412, 'stale-revision', { revision: 2 }),
    });
  });

  describe('can be changed with the tag that reading it gave', () => {
    const tagOf = async (story: string, coding: string) =>
      (await world.get(`/v1/stories/${story}`, { 'accept-encoding': coding })).headers.etag as string;

    test.each(['identity', 'gzip', 'br'])('as %s', async (coding) => {
      const story = `read-${coding}`;
      await put(story, one);
      await world.settle(eventIdOf('/stories', story));
      const first = await tagOf(story, coding);
      await world.post(developmentWith({}, { subject: story }));
      expect(await tagOf(story, coding)).not.toBe(first);
      const changed = await put(story, two, first);
      expect(changed).toMatchObject({ status: 201, headers: { etag: '"1"' } });
      expect(await put(story, two, first)).toMatchObject({ status: 200, text: changed.text });
      await world.settle(eventIdOf('/stories', story));
      expect(await put(story, one, first)).toMatchObject({
        status: 412,
        body: problem(412, 'stale-revision', { revision: 1 }),
      });
      expect(await put(story, one, `W/${await tagOf(story, coding)}`)).toMatchObject({
        status: 201,
        headers: { etag: '"2"' },
      });
    });

    test('when it had no description, if it still has none', async () => {
      await world.post(developmentWith({}, { subject: 'undescribed' }));
      const tag = await tagOf('undescribed', 'gzip');
      const described = await put('undescribed', one, tag);
      expect(described).toMatchObject({ status: 201, headers: { etag: '"0"' } });
      expect(await put('undescribed', one, tag)).toMatchObject({ status: 200, text: described.text });
      const { status, body } = await put('undescribed', two, tag);
      expect({ status, body }).toEqual({
        status: 412,
        body: {
          ...problem(412, 'stale-revision', { revision: 0 }),
          detail: 'This builds on no revision, but the current revision is 0. Read it, and send If-Match: "0".',
        },
      });
    });
  });

  test('described twice at once gets one description, and the other is refused', async () => {
    const replies = await Promise.all([put('raced', one), put('raced', two)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 428]);
  });

  test('without a description is 412 if If-Match names a revision', async () => {
    const items = await itemsIn('EventLog');
    const { status, body } = await put('typo', one, '"3"');
    expect({ status, body }).toEqual({ status: 412, body: problem(412, 'stale-revision') });
    expect(await itemsIn('EventLog')).toBe(items);
  });

  test('with If-None-Match: * is described only if it has no description; otherwise 412, even for the same one', async () => {
    expect(await putNew('fresh', one)).toMatchObject({ status: 201, headers: { etag: '"0"' } });
    for (const body of [one, two]) {
      expect(await putNew('fresh', body)).toMatchObject({
        status: 412,
        body: problem(412, 'stale-revision', { revision: 0 }),
      });
    }
    expect(await put('fresh', one)).toMatchObject({ status: 200 });
  });

  test('described twice at once with If-None-Match: * is described by one request', async () => {
    const replies = await Promise.all([putNew('raced-anew', one), putNew('raced-anew', one)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 412]);
  });

  test('cannot be described with an If-None-Match that names a revision: 400', async () => {
    const headers = { 'if-none-match': '"0"' };
    const reply = await world.call('PUT', '/v1/stories/any', { body: one, headers });
    expect(reply).toMatchObject({ status: 400, body: refused({ header: 'if-none-match' }) });
  });

  test('that another newsroom described cannot be described: 403', async () => {
    await put('theirs', one, undefined, { newsroom: 'afp' });
    for (const ifMatch of [undefined, '"0"']) {
      expect(await put('theirs', two, ifMatch)).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
    }
  });

  test('that another newsroom has begun with an event cannot be described: 403', async () => {
    await world.post(developmentWith({}, { subject: 'begun' }), { newsroom: 'afp' });
    const items = await itemsIn('EventLog');
    expect(await put('begun', one)).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
    expect(await itemsIn('EventLog')).toBe(items);
    expect((await put('begun', one, undefined, { newsroom: 'afp' })).status).toBe(201);
  });

  test('needs the scope, and a key that may write to it: 403', async () => {
    for (const call of [{ scopes: 'events:write' }, { stories: 'karabakh-*' }]) {
      expect(await put('scoped', one, undefined, call)).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
    }
    expect((await put('karabakh-1', one, undefined, { stories: 'karabakh-*' })).status).toBe(201);
  });

  test.each(['Minsk', '-minsk', 'x'.repeat(81), 'a%20b', '%D0%BC'])('named %s is 404', async (story) => {
    expect(await put(story, one)).toMatchObject({ status: 404, body: problem(404, 'not-found') });
  });

  test.each<[string, unknown, string]>([
    ['no title', {}, '/title'],
    ['a blank title', { title: ' ' }, '/title'],
    ['an unknown zone', { ...one, timezone: 'Asia/Nowhere' }, '/timezone'],
    ['an unknown language', { ...one, language: '-' }, '/language'],
    ['a description of 2,001 characters', { ...one, description: 'x'.repeat(2_001) }, '/description'],
    ['an unknown field', { ...one, mood: 'sombre' }, '/mood'],
    ['a text instead of an object', 'One', ''],
  ])('described with %s is refused, and nothing is written', async (_, body, pointer) => {
    const items = await itemsIn('EventLog');
    const reply = await put('faulty', typeof body === 'string' ? JSON.stringify(body) : body);
    expect(reply).toMatchObject({ status: 400, body: refused({ pointer }) });
    expect(await itemsIn('EventLog')).toBe(items);
  });

  test('has its description as an event in the log and the feed, but not as an entry', async () => {
    await put('logged', one);
    const id = eventIdOf('/stories', 'logged');
    await world.settle(id);
    await put('logged', two, '"0"');
    await world.settle(id);
    const { body } = await world.get('/v1/changes?limit=500');
    const mine = body.changes.filter((change: { story: string }) => change.story === 'logged');
    const shared = { id, type: 'story.described', story: 'logged', note: null, entry: null, publishedAt: instant };
    expect(mine).toEqual([
      { ...shared, change: 'recorded', revision: 0, position: expect.any(Number) },
      { ...shared, change: 'corrected', revision: 1, position: expect.any(Number) },
    ]);
    expect((await world.get('/v1/timeline?story=logged')).body.entries).toEqual([]);
    expect((await world.get(`/v1/events/${id}`)).status).toBe(404);
  });
});
