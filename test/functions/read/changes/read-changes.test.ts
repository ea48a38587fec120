import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../../events/identity.ts';
import { developmentWith } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

interface Change {
  readonly position: number;
  readonly publishedAt: string;
}

let world: World;
let one: string;
let other: string;

async function change(path: string, id: string, revision: number, body: object): Promise<void> {
  await world.call('POST', `/v1/events/${id}/${path}`, { headers: { 'if-match': `"${revision}"` }, body });
  await world.settle(id);
}

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

describe('the changes', () => {
  test('are none before the first event', async () => {
    const reply = await world.get('/v1/changes');
    expect(reply.body).toEqual({ changes: [], next: 0, head: 0 });
    expect(reply.headers).not.toHaveProperty('link');
  });

  test('are all that was recorded, corrected and retracted, each as of that revision', async () => {
    one = (await world.post(developmentWith({}, { id: 'one' }))).body.id;
    other = (await world.post(developmentWith({}, { id: 'other', subject: 'minsk' }))).body.id;
    await change('corrections', one, 0, { note: 'Moved.', data: { when: { edtf: '2020-12-02' } } });
    await change('retraction', other, 0, { note: 'It did not happen.' });
    await world.call('PUT', '/v1/stories/minsk', { body: { title: 'Minsk' } });
    await world.settle(eventIdOf('/stories', 'minsk'));
    const { status, body, headers } = await world.get('/v1/changes?after=0');
    const shared = { publishedAt: instant, type: 'development.reported', story: 'karabakh-2020', note: null };
    const entry = (edtf: string) => expect.objectContaining({ when: expect.objectContaining({ edtf }) });
    expect(status).toBe(200);
    expect(body).toEqual({
      changes: [
        { ...shared, position: 1, change: 'recorded', id: one, revision: 0, entry: entry('2020-12-01') },
        {
          ...shared,
          position: 2,
          change: 'recorded',
          id: other,
          revision: 0,
          story: 'minsk',
          entry: expect.any(Object),
        },
        {
          ...shared,
          position: 3,
          change: 'corrected',
          id: one,
          revision: 1,
          note: 'Moved.',
          entry: entry('2020-12-02'),
        },
        {
          ...shared,
          position: 4,
          change: 'retracted',
          id: other,
          revision: 1,
          story: 'minsk',
          note: 'It did not happen.',
          entry: null,
        },
        {
          ...shared,
          position: 5,
          change: 'recorded',
          id: eventIdOf('/stories', 'minsk'),
          revision: 0,
          type: 'story.described',
          story: 'minsk',
          entry: null,
        },
      ],
      next: 5,
      head: 5,
    });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag, link, retry-after, timeline-truncated',
      'cache-control': 'public, no-cache',
      vary: 'Accept-Encoding',
      etag: expect.any(String),
    });
  });

  test('show an entry as GET shows the event as of that revision', async () => {
    const { changes } = (await world.get('/v1/changes')).body;
    expect(changes[0].entry).toEqual((await world.get(`/v1/events/${one}?revision=0`)).body);
    expect(changes[2].entry).toEqual((await world.get(`/v1/events/${one}`)).body);
    expect(changes[1].entry).toEqual((await world.get(`/v1/events/${other}?revision=0`)).body);
  });

  test('go on after a position, by pages, with a link to the next', async () => {
    const first = await world.get('/v1/changes?after=1&limit=2');
    expect(first.body).toMatchObject({ changes: [{ position: 2 }, { position: 3 }], next: 3, head: 4 });
    expect(first.headers.link).toBe('<https://timeline.example.org/v1/changes?after=3&limit=2>; rel="next"');
    const last = await world.get('/v1/changes?after=3&limit=2');
    expect(last.body).toMatchObject({ changes: [{ position: 4 }, { position: 5 }], next: 5, head: 5 });
    expect(last.headers).not.toHaveProperty('link');
    expect((await world.get('/v1/changes?limit=2')).headers.link).toBe(
      '<https://timeline.example.org/v1/changes?limit=2&after=2>; rel="next"',
    );
  });

  test('are refused after a position that the record has not come to, waited for or not', async () => {
    for (const query of ['after=6', 'after=1000000000', 'after=6&story=minsk']) {
      for (const path of ['/v1/changes', '/v1/changes/wait']) {
        expect((await world.get(`${path}?${query}`)).body).toEqual(refused({ parameter: 'after' }));
      }
    }
  });

  test('are told by pages that never change, once something follows, and by a last one that does', async () => {
    const caching = async (query: string) => (await world.get(`/v1/changes?${query}`)).headers['cache-control'];
    const immutable = 'public, max-age=86400, s-maxage=31536000, immutable';
    const live = 'public, no-cache';
    expect(await caching('limit=4')).toBe(immutable);
    expect(await caching('after=1&limit=3')).toBe(immutable);
    expect(await caching('limit=5')).toBe(live);
    expect(await caching('after=3&limit=2')).toBe(live);
    expect(await caching('after=5')).toBe(live);
    expect(await caching('story=minsk&limit=2')).toBe(immutable);
    expect(await caching('story=minsk&limit=3')).toBe(live);
  });

  test('are those of what matches, or did; with the position last looked at', async () => {
    const positions = async (query: string) => {
      const { changes, next, head } = (await world.get(`/v1/changes?${query}`)).body;
      return [changes.map(({ position }: Change) => position), next, head];
    };
    expect(await positions('story=minsk')).toEqual([[2, 4, 5], 5, 5]);
    expect(await positions('story=minsk&limit=2')).toEqual([[2, 4], 4, 5]);
    expect(await positions('story=minsk&type=development.reported')).toEqual([[2, 4], 5, 5]);
    expect(await positions('story=karabakh-2020&date=2020-12-01')).toEqual([[1, 3], 5, 5]);
    expect(await positions('story=karabakh-2020&date=2020-12-02')).toEqual([[3], 5, 5]);
    expect(await positions('after=3&date=2020-12-01')).toEqual([[4], 5, 5]);
    expect(await positions('status=planned')).toEqual([[], 5, 5]);
    expect(await positions('after=5&status=planned')).toEqual([[], 5, 5]);
  });

  test('are none after the last one, and the position to ask after stays', async () => {
    expect((await world.get('/v1/changes?after=5')).body).toEqual({ changes: [], next: 5, head: 5 });
  });

  test('have no gaps, and rise in time with their position', async () => {
    const batch = Array.from({ length: 60 }, (_, index) => developmentWith({}, { id: `many-${index}` }));
    await world.post(batch);
    const all: Change[] = [];
    for (let after = 0, more = true; more; ) {
      const { body } = await world.get(`/v1/changes?after=${after}&limit=17`);
      all.push(...body.changes);
      after = body.next;
      more = body.changes.length > 0;
    }
    expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
    const times = all.map(({ publishedAt }) => publishedAt);
    expect([...new Set(times)].sort()).toEqual(times);
  });

  test('answer no more than fits, and go on', async () => {
    const summary = '\u0001'.repeat(10_500);
    for (const part of ['a', 'b']) {
      await world.post(
        Array.from({ length: 14 }, (_, index) => developmentWith({ summary }, { id: `large-${part}${index}` })),
      );
    }
    const { body, text } = await world.get('/v1/changes?after=65&limit=500');
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6_000_000);
    expect(body.next).toBe(65 + body.changes.length);
    const rest = (await world.get(`/v1/changes?after=${body.next}&limit=500`)).body;
    expect([rest.next, body.changes.length + rest.changes.length]).toEqual([93, 28]);
  });

  test('are not sent again to who has them: 304', async () => {
    const { headers } = await world.get('/v1/changes?limit=1');
    const again = await world.get('/v1/changes?limit=1', { 'if-none-match': String(headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test.each([
    ['after=-1', 'after'],
    ['after=01', 'after'],
    ['after=1.5', 'after'],
    ['after=', 'after'],
    ['after=1000000000000', 'after'],
    ['wait=1', 'wait'],
    ['seconds=1', 'seconds'],
    ['story=', 'story'],
    ['type=story.described', 'type'],
    ['status=unsure', 'status'],
    ['place=a&place=b', 'place'],
    ['from=2020-13', 'from'],
    ['from=2020-12&to=2020-11', 'to'],
    ['date=2020&from=2020', 'date'],
    ['tz=Nowhere', 'tz'],
    ['match=inside', 'match'],
    ['asOf=2020-01-01T00:00:00Z', 'asOf'],
    ['order=desc', 'order'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['after=1&after=2', 'after'],
    ['mood=sombre', 'mood'],
  ])('asked for with "%s" are refused', async (query, parameter) => {
    expect(await world.get(`/v1/changes?${query}`)).toMatchObject({ status: 400, body: refused({ parameter }) });
  });
});
