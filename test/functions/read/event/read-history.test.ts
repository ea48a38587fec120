import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../../events/identity.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { problem, refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const lambdaAnswerBytes = 6_000_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

async function recorded(data: object = {}, attributes: object = {}): Promise<string> {
  return (await world.post(developmentWith(data, attributes))).body.id;
}

async function accepted(path: string, id: string, revision: number, body: object): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  expect((await world.call('POST', `/v1/events/${id}/${path}`, { headers, body })).status).toBe(201);
}

async function change(path: string, id: string, revision: number, body: object): Promise<void> {
  await accepted(path, id, revision, body);
  await world.settle(id);
}

const historyOf = (id: string, query = '') => world.get(`/v1/events/${id}/history${query}`);
const entryAt = async (id: string, revision: number) => (await world.get(`/v1/events/${id}?revision=${revision}`)).body;

/** What every revision tells, whatever it is. */
const told = (revision: number, kind: string, note: string | null) => ({
  revision,
  kind,
  note,
  newsroom: 'example',
  recordedAt: instant,
  publishedAt: instant,
  position: expect.any(Number),
});

describe('the history of an event', () => {
  test('is of one revision before it is corrected', async () => {
    const id = await recorded();
    const reply = await historyOf(id);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      id,
      revisions: [{ ...told(0, 'recorded', null), changed: [], entry: await entryAt(id, 0) }],
    });
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400',
      etag: expect.any(String),
    });
    expect(reply.headers).not.toHaveProperty('link');
  });

  test('tells of each revision who said why, which fields changed from what to what, and what the entry was', async () => {
    const id = await recorded({ summary: 'S', stories: ['minsk-group'] });
    await change('corrections', id, 0, {
      note: 'Moved.',
      data: { when: { edtf: '2020-12-02' }, summary: null, language: 'az', stories: ['french-senate'] },
    });
    await change('corrections', id, 1, { note: 'Reworded.', data: { headline: 'New' } });
    await change('retraction', id, 2, { note: 'It did not happen.' });
    const entries = await Promise.all([0, 1, 2].map((revision) => entryAt(id, revision)));
    const { body } = await historyOf(id);
    expect(body).toEqual({
      id,
      revisions: [
        { ...told(0, 'recorded', null), changed: [], entry: entries[0] },
        {
          ...told(1, 'corrected', 'Moved.'),
          changed: [
            { pointer: '/data/when/edtf', before: '2020-12-01', after: '2020-12-02' },
            { pointer: '/data/summary', before: 'S' },
            { pointer: '/data/stories', before: ['minsk-group'], after: ['french-senate'] },
            { pointer: '/data/language', after: 'az' },
          ],
          entry: entries[1],
        },
        {
          ...told(2, 'corrected', 'Reworded.'),
          changed: [{ pointer: '/data/headline', before: requiredFields.headline, after: 'New' }],
          entry: entries[2],
        },
        { ...told(3, 'retracted', 'It did not happen.'), changed: [], entry: null },
      ],
    });
    expect(entries[2].correction).toEqual({
      note: 'Reworded.',
      at: body.revisions[2].publishedAt,
      changed: ['/data/headline'],
    });
  });

  test('is as long as the record knows it: a revision that waits for its place is not in it', async () => {
    const id = await recorded({}, { id: 'waits' });
    await accepted('corrections', id, 0, { note: 'Soon.', data: { headline: 'New' } });
    expect((await historyOf(id)).body.revisions).toHaveLength(1);
    await world.settle(id);
    expect((await historyOf(id)).body.revisions).toHaveLength(2);
  });

  test('is none of an event that waits for its place: 404, try again', async () => {
    const { body } = await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'waiting' }) });
    const early = await historyOf(body.id);
    expect(early).toMatchObject({ status: 404, body: problem(404, 'not-found'), headers: { 'retry-after': '1' } });
    await world.settle(body.id);
    expect((await historyOf(body.id)).status).toBe(200);
  });

  test.each([
    eventIdOf('/newsrooms/example', 'nobody posted this'),
    eventIdOf('/stories', 'karabakh-2020'),
    'evt_short',
    '%00',
  ])('is none where there is no event: %s', async (id) => {
    await world.call('PUT', '/v1/stories/karabakh-2020', { body: { title: 'Karabakh' } });
    await world.settle(eventIdOf('/stories', 'karabakh-2020'));
    const reply = await historyOf(id);
    expect(reply).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    expect(reply.headers).not.toHaveProperty('retry-after');
  });

  test('goes on after a revision', async () => {
    const id = await recorded({}, { id: 'after' });
    for (const revision of [0, 1]) {
      await change('corrections', id, revision, { note: 'n', data: { headline: `${revision}` } });
    }
    const { revisions } = (await historyOf(id)).body;
    for (const after of [0, 1, 2, 999_999]) {
      expect((await historyOf(id, `?after=${after}`)).body).toEqual({ id, revisions: revisions.slice(after + 1) });
    }
  });

  test('that does not fit into an answer comes in parts, each with a link to the next', async () => {
    const text = (index: number) => `${index} ${'\u0001'.repeat(10_300)}`;
    const id = await recorded({ summary: text(0) }, { id: 'long' });
    const count = 20;
    for (let revision = 0; revision < count; revision++) {
      await accepted('corrections', id, revision, { note: 'n', data: { summary: text(revision + 1) } });
    }
    await world.settle(id);
    const shown: { revision: number; changed: { before: string; after: string }[] }[] = [];
    const nexts: unknown[] = [];
    for (let target: string | undefined = `/v1/events/${id}/history`; target; ) {
      const { body, text: answer, headers } = await world.get(target);
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(lambdaAnswerBytes);
      shown.push(...body.revisions);
      nexts.push(body.next);
      expect(body.next).toBe(headers.link && body.revisions.at(-1).revision);
      target = /^<https:..timeline.example.org(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];
    }
    expect(nexts.length).toBeGreaterThan(1);
    expect(shown.map(({ revision }) => revision)).toEqual(Array.from({ length: count + 1 }, (_, index) => index));
    expect(shown.slice(1).map(({ changed }) => changed)).toEqual(
      Array.from({ length: count }, (_, index) => [
        { pointer: '/data/summary', before: text(index), after: text(index + 1) },
      ]),
    );
  });

  test.each([
    ['after=-1', 'after'],
    ['after=01', 'after'],
    ['after=1.5', 'after'],
    ['after=', 'after'],
    ['after=1000000', 'after'],
    ['after=1&after=2', 'after'],
    ['limit=5', 'limit'],
    ['revision=1', 'revision'],
    ['mood=sombre', 'mood'],
  ])('asked for with "%s" is refused', async (query, parameter) => {
    const id = await recorded();
    expect(await historyOf(id, `?${query}`)).toMatchObject({ status: 400, body: refused({ parameter }) });
  });
});
