import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { type Fate, interfere } from '../../../support/world/interference.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const query = 'story=karabakh-2020&from=2020-11-01&to=2020-11-30&status=confirmed';
const days = Array.from({ length: 7 }, (_, index) => `2020-11-0${index + 1}`);

let world: World;
let cursor: string;

const page = (rest: string) => world.get(`/v1/timeline?${rest}`);
const dates = (entries: { when: { edtf: string } }[]) => entries.map(({ when }) => when.edtf);

beforeAll(async () => {
  world = await startWorld();
  await world.post(days.map((edtf) => developmentWith({ when: { edtf } }, { id: edtf })));
  cursor = (await page(`${query}&limit=2`)).body.nextCursor;
});

afterAll(() => world.stop());

describe('a cursor', () => {
  test('goes on where the page ended, again and again the same', async () => {
    for (let time = 0; time < 2; time++) {
      const { body } = await page(`${query}&limit=2&cursor=${cursor}`);
      expect(dates(body.entries)).toEqual(days.slice(2, 4));
    }
  });

  test('takes another limit, and the parameters in any order', async () => {
    const { body } = await page(
      `cursor=${cursor}&status=confirmed&to=2020-11-30&limit=4&story=karabakh-2020&from=2020-11-01`,
    );
    expect(dates(body.entries)).toEqual(days.slice(2, 6));
    expect(dates((await page(`${query}&cursor=${cursor}`)).body.entries)).toEqual(days.slice(2));
  });

  test('takes what is left out by default as if it had been said', async () => {
    expect(dates((await page(`${query}&order=asc&cursor=${cursor}`)).body.entries)).toEqual(days.slice(2));
  });

  test('is the link of the page', async () => {
    const { headers, body } = await page(`${query}&limit=3`);
    const [, target] = /^<(.*)>; rel="next"$/.exec(String(headers.link)) ?? [];
    const next = await world.get(String(target));
    expect(dates(next.body.entries)).toEqual(days.slice(3, 6));
    expect(next).toEqual(await page(`${query}&limit=3&cursor=${body.nextCursor}`));
  });

  test('of another list is refused', async () => {
    const reply = await world.get(`/v1/timeline/counts?interval=day&${query}&cursor=${cursor}`);
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
  });

  test('goes on as of the moment that its first page told, whether or not that is said again', async () => {
    const first = await page(`${query}&limit=2`);
    const second = await page(`${query}&limit=2&cursor=${first.body.nextCursor}`);
    const again = await page(`${query}&limit=2&asOf=${first.body.asOf}`);
    expect(again.text).toBe(first.text);
    expect((await page(`${query}&limit=2&asOf=${first.body.asOf}&cursor=${first.body.nextCursor}`)).text).toBe(
      second.text,
    );
    const other = await page(`${query}&limit=2&asOf=2026-01-01T00:00:00Z&cursor=${first.body.nextCursor}`);
    expect(other).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
  });

  test('is none at the end, also where the last page is full', async () => {
    const last = await page(`${query}&limit=5&cursor=${cursor}`);
    expect([last.body.entries.length, last.body.nextCursor, last.headers.link]).toEqual([5, null, undefined]);
  });

  test('says nothing to who reads it', () => {
    expect(cursor).toMatch(/^[\w-]+$/);
    const read = Buffer.from(cursor, 'base64url').toString('latin1');
    expect(['evt_', '2026-', '["', '",'].filter((text) => read.includes(text))).toEqual([]);
  });

  test('is the same text for the same place', async () => {
    expect((await page(`${query}&limit=2`)).body.nextCursor).toBe(cursor);
  });

  test.each([
    ['another filter', query.replace('karabakh-2020', 'minsk')],
    ['a filter more', `${query}&place=AZ-LAC`],
    ['a filter less', query.replace('&status=confirmed', '')],
    ['another range', query.replace('to=2020-11-30', 'to=2020-11-29')],
    ['another zone', `${query}&tz=UTC`],
    ['another match', `${query}&match=within`],
    ['another order', `${query}&order=desc`],
    ['no query', ''],
  ])('of one query is refused with %s', async (_, other) => {
    const reply = await page(`${other}&cursor=${cursor}`);
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
  });

  test('is refused if anything was done to it', async () => {
    const bytes = Buffer.from(cursor, 'base64url');
    const flipped = Array.from({ length: bytes.length }, (_, index) => {
      const other = Buffer.from(bytes);
      other.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      return other.toString('base64url');
    });
    const forged = Buffer.concat([
      createHash('sha256').update(bytes.subarray(16)).digest().subarray(0, 16),
      bytes.subarray(16),
    ]);
    const broken = [
      ...flipped,
      forged.toString('base64url'),
      bytes.subarray(16).toString('base64url'),
      bytes.toString('base64').replace(/=*$/, '%3D'),
      `${cursor}.`,
      cursor.slice(1),
      cursor.slice(0, -3),
      cursor + cursor,
      'garbage',
      '0',
      '%00',
      'e30',
      'W10',
      'bnVsbA',
      'x'.repeat(5_000),
    ];
    for (const one of broken) {
      const reply = await page(`${query}&cursor=${one}`);
      expect([one, reply.status, reply.body]).toEqual([one, 400, refused({ parameter: 'cursor' })]);
    }
  });
});

describe('a walk', () => {
  /** A story of a long event and seven days, with what can befall them. */
  async function storyOf(story: string) {
    const post = (id: string, data: object) =>
      world.post(developmentWith(data, { id: `${story}-${id}`, subject: story }));
    const posted = await post('all', { when: { edtf: '2020-11-01/2020-11-30' }, headline: 'all' });
    const ids: string[] = [posted.body.id];
    for (const edtf of days) ids.push((await post(edtf, { when: { edtf }, headline: edtf })).body.id);
    const revisions = ids.map(() => 0);
    async function change(path: string, index: number, body: object) {
      const headers = { 'if-match': `"${revisions[index]}"` };
      const reply = await world.call('POST', `/v1/events/${ids[index]}/${path}`, {
        headers,
        body: { note: 'n', ...body },
      });
      expect(reply.status).toBe(201);
      revisions[index] = reply.body.revision;
      await world.settle(ids[index] as string);
    }
    return {
      post,
      correct: (index: number, data: object) => change('corrections', index, { data }),
      retract: (index: number) => change('retraction', index, {}),
    };
  }

  /** All that a walk shows, page by page, with something done after each. */
  async function shownBy(rest: string, meanwhile: (() => Promise<unknown>)[]): Promise<object[]> {
    const shown: object[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await page(`${rest}&limit=1${next && `&cursor=${next}`}`);
      shown.push(...body.entries);
      next = body.nextCursor;
      await meanwhile.shift()?.();
    }
    expect(meanwhile).toEqual([]);
    return shown;
  }

  test.each(['asc', 'desc'])('shows the moment at which it began, whatever comes in between (%s)', async (order) => {
    const story = `walk-${order}`;
    const { post, correct, retract } = await storyOf(story);
    // What was changed before it began is nothing that it may come back to.
    await correct(2, { when: { edtf: '2020-11-06' } });
    await correct(2, { when: { edtf: '2020-11-02' } });
    for (const headline of ['two', 'three', 'four', 'five']) await correct(6, { headline });
    const before = (await page(`story=${story}&order=${order}`)).body;
    const shown = await shownBy(`story=${story}&order=${order}`, [
      async () => {
        await correct(1, { when: { edtf: '2020-11-29' } });
        await correct(6, { headline: 'six' });
      },
      () => correct(7, { when: { edtf: '2019' } }),
      () => retract(4),
      () => correct(3, { headline: 'changed' }),
      () => post('new', { when: { edtf: '2020-11-03' } }),
      () => correct(0, { when: { edtf: '2020-11-04' } }),
      () => correct(5, { stories: ['elsewhere'], status: 'disputed' }),
      () => correct(2, { when: { edtf: '2020-11-02/..' } }),
    ]);
    expect(shown).toEqual(before.entries);
    expect((await page(`story=${story}&order=${order}`)).body.entries).toHaveLength(8);
  });

  test.each(['asc', 'desc'])('shows once what is superseded while it is being read (%s)', async (order) => {
    const story = `race-${order}`;
    const { correct } = await storyOf(story);
    const before = (await page(`story=${story}&order=${order}`)).body;
    const first = (await page(`story=${story}&order=${order}&limit=1`)).body;
    await correct(4, { headline: 'known to be newer' });
    const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
    let late = [3, 5];
    const end = interfere(dynamodb, async ({ command, input }): Promise<Fate> => {
      if (command !== 'QueryCommand' || !input.ExpressionAttributeValues[':pk'].S?.includes('#H#')) return 'done';
      const indexes = late;
      late = [];
      for (const index of indexes) await correct(index, { headline: 'newer still' });
      return 'done';
    });
    const second = (await page(`story=${story}&order=${order}&cursor=${first.nextCursor}`)).body;
    end();
    expect(late).toEqual([]);
    expect([...first.entries, ...second.entries]).toEqual(before.entries);
  });
});
