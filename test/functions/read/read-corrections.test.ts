import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const live = 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400';
const immutable = 'public, max-age=86400, s-maxage=31536000, immutable';
const dayMs = 86_400_000;

interface Line {
  readonly position: number;
  readonly publishedAt: string;
  readonly id: string;
  readonly note: string;
}

let world: World;
let ids: string[];
/** The whole log, newest first. */
let log: Line[];

const page = (query = '') => world.get(`/v1/corrections${query && `?${query}`}`);
const notesOf = (lines: readonly Line[]) => lines.map(({ note }) => note);
const notes = async (query: string) => notesOf((await page(query)).body.corrections);

async function change(path: string, id: string, revision: number, body: object): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  expect((await world.call('POST', `/v1/events/${id}/${path}`, { headers, body })).status).toBe(201);
  await world.settle(id);
}

const record = async (id: string) => (await world.post(developmentWith({}, { id }))).body.id;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

describe('the corrections log', () => {
  test('is empty while nothing was corrected', async () => {
    const events = ['karabakh-2020', 'minsk'].map((subject) => developmentWith({}, { id: subject, subject }));
    ids = (await world.post(events)).body.results.map(({ id }: { id: string }) => id);
    await world.call('PUT', '/v1/stories/minsk', { body: { title: 'Minsk' } });
    await world.settle(eventIdOf('/stories', 'minsk'));
    expect((await page()).body).toEqual({ corrections: [], nextCursor: null });
  });

  test('tells what was corrected and retracted, newest first', async () => {
    const [one, other] = ids as [string, string];
    await change('corrections', one, 0, { note: 'Moved.', data: { when: { edtf: '2020-12-02' }, stories: ['paris'] } });
    await change('retraction', other, 0, { note: 'It did not happen.' });
    await change('corrections', one, 1, { note: 'Filed.', data: { stories: null } });
    const headers = { 'if-match': '"0"' };
    await world.call('PUT', '/v1/stories/minsk', { headers, body: { title: 'Minsk Group' } });
    await world.settle(eventIdOf('/stories', 'minsk'));
    const { changes } = (await world.get('/v1/changes')).body;
    const line = (position: number, changed: string[]) => {
      const { entry: _, ...rest } = changes[position - 1];
      return { ...rest, changed };
    };
    const reply = await page();
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        corrections: [line(6, ['/data/stories']), line(5, []), line(4, ['/data/when/edtf', '/data/stories'])],
        nextCursor: null,
      },
    ]);
    expect(reply.body.corrections[1]).toEqual({
      position: 5,
      publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      change: 'retracted',
      id: other,
      revision: 1,
      type: 'development.reported',
      story: 'minsk',
      note: 'It did not happen.',
      changed: [],
    });
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': live });
    expect(reply.headers).not.toHaveProperty('link');
  });

  test.each([
    ['karabakh-2020', ['Filed.', 'Moved.']],
    ['minsk', ['It did not happen.']],
    ['paris', ['Filed.', 'Moved.']],
    ['none', []],
    ['x'.repeat(80), []],
    ['Karabakh-2020', ['Filed.', 'Moved.']],
    ['minsk,karabakh-2020,none', ['Filed.', 'It did not happen.', 'Moved.']],
    ['paris,karabakh-2020', ['Filed.', 'Moved.']],
  ])(
    'is that of a story for whoever asks for one, also where the event stands there no more: %s',
    async (story, expected) => {
      expect(await notes(`story=${story}`)).toEqual(expected);
    },
  );

  test('says the same on the entry that was corrected', async () => {
    const [line] = (await page('story=karabakh-2020')).body.corrections;
    const { entries } = (await world.get('/v1/timeline?story=karabakh-2020')).body;
    const { note, publishedAt: at, changed } = line;
    expect(entries[0].correction).toEqual({ note, at, changed });
  });

  test('stays the same, and is known again by its tag, while nothing is corrected', async () => {
    const { headers } = await page('limit=1');
    await world.post(developmentWith({}, { id: 'more' }));
    expect((await page('limit=1')).headers.etag).toBe(headers.etag);
    expect(
      await world.call('GET', '/v1/corrections?limit=1', { headers: { 'if-none-match': String(headers.etag) } }),
    ).toMatchObject({ status: 304, text: '' });
  });
});

describe('the corrections log of a stretch of time', () => {
  const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const filed = () => Date.parse(log[0]?.publishedAt as string);
  const retracted = () => Date.parse(log[1]?.publishedAt as string);
  const instant = (ms: number) => new Date(ms).toISOString();

  beforeAll(async () => {
    log = (await page()).body.corrections;
  });

  test('is that of whole days, months and years in UTC', async () => {
    const all = notesOf(log);
    // Should midnight pass between two of them, the test would be of two days.
    const [first, last] = [isoDay(Date.parse(log.at(-1)?.publishedAt as string)), isoDay(filed())];
    expect(await notes(`from=${first}&to=${last}`)).toEqual(all);
    expect(await notes(`from=${first.slice(0, 7)}&to=${last.slice(0, 7)}`)).toEqual(all);
    expect(await notes(`from=${first.slice(0, 4)}&to=${last.slice(0, 4)}`)).toEqual(all);
    expect(await notes(`from=${isoDay(filed() + dayMs)}`)).toEqual([]);
    expect(await notes(`to=${isoDay(Date.parse(first) - dayMs)}`)).toEqual([]);
  });

  test('begins with an instant and ends before one', async () => {
    expect(await notes(`from=${instant(retracted())}`)).toEqual(['Filed.', 'It did not happen.']);
    expect(await notes(`from=${instant(retracted() + 1)}`)).toEqual(['Filed.']);
    expect(await notes(`to=${instant(retracted())}`)).toEqual(['Moved.']);
    expect(await notes(`to=${instant(retracted() + 1)}`)).toEqual(['It did not happen.', 'Moved.']);
    expect(await notes(`from=${instant(retracted())}&to=${instant(filed())}`)).toEqual(['It did not happen.']);
    expect(await notes(`from=${instant(retracted()).replace('Z', '%2B00:00')}&limit=1`)).toEqual(['Filed.']);
  });

  test('as of an instant has what was published by then, and never changes', async () => {
    const at = (index: number) => log[index]?.publishedAt as string;
    expect(await notes(`asOf=${at(1)}`)).toEqual(['It did not happen.', 'Moved.']);
    expect(await notes(`asOf=${instant(retracted() - 1)}&story=karabakh-2020,minsk`)).toEqual(['Moved.']);
    const reply = await page(`asOf=${at(1)}&limit=1`);
    expect([notesOf(reply.body.corrections), reply.headers['cache-control']]).toEqual([
      ['It did not happen.'],
      immutable,
    ]);
    expect(await notes(`asOf=${at(1)}&limit=1&cursor=${reply.body.nextCursor}`)).toEqual(['Moved.']);
  });

  test.each(['to=9999', 'from=0001', 'from=0001-01-01T00:00:00%2B14:00', 'to=9999-12-31T23:59:59-12:00'])(
    'may be as long as years have four digits: %s',
    async (query) => {
      expect(await notes(query)).toEqual(notesOf(log));
    },
  );

  test.each(['to=0001', 'to=0001-01-01T00:00:00%2B14:00', 'from=9999', 'from=9999-12-31T23:59:59-12:00'])(
    'is empty where nothing can have been published: %s',
    async (query) => {
      expect((await page(query)).body).toEqual({ corrections: [], nextCursor: null });
    },
  );
});

describe('a walk through the corrections log', () => {
  /** All lines of a walk, and how long each page may be kept, with something done after each page. */
  async function walk(query: string, meanwhile: (() => Promise<unknown>)[] = []) {
    const lines: Line[] = [];
    const caching: unknown[] = [];
    for (let target: string | undefined = `/v1/corrections?${query}`; target; ) {
      const { body, headers } = await world.get(target);
      lines.push(...body.corrections);
      caching.push(headers['cache-control']);
      await meanwhile.shift()?.();
      target = /^<https:..timeline.example.org(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];
      expect(target && new URLSearchParams(target.split('?')[1]).get('cursor')).toBe(body.nextCursor ?? undefined);
    }
    return { lines, caching };
  }

  test('gives the same with any limit, and keeps for ever what cannot change', async () => {
    const id = await record('walked');
    for (let revision = 0; revision < 4; revision++) {
      await change('corrections', id, revision, { note: `${revision}`, data: { headline: `${revision}` } });
    }
    const all: Line[] = (await page()).body.corrections;
    expect(notesOf(all)).toEqual(['3', '2', '1', '0', ...notesOf(log)]);
    for (const limit of [1, 2, 3, 6, 7, 8, 500]) {
      const { lines, caching } = await walk(`limit=${limit}`);
      expect(lines).toEqual(all);
      // A correction is the latest of the record: the page after it is still that of the present moment.
      const rest = Math.ceil(all.length / limit) - 1;
      expect(caching.slice(0, 2)).toEqual([live, limit === 1 ? live : immutable].slice(0, 1 + Math.min(1, rest)));
      expect(caching.slice(2)).toEqual(Array.from({ length: Math.max(0, rest - 1) }, () => immutable));
    }
  });

  test('of several stories gives each line once, in order, with any limit', async () => {
    const all: Line[] = (await page()).body.corrections;
    for (const limit of [1, 2, 3, 500]) {
      const { lines } = await walk(`story=karabakh-2020,paris,minsk,none&limit=${limit}`);
      expect(lines).toEqual(all);
    }
  });

  test('shows nothing twice and misses nothing while corrections come in', async () => {
    const [one, other] = [await record('meanwhile-1'), await record('meanwhile-2')];
    const before: Line[] = (await page('story=karabakh-2020')).body.corrections;
    const { lines } = await walk('story=karabakh-2020&limit=1', [
      () => change('corrections', one, 0, { note: 'New.', data: { headline: 'New' } }),
      () => change('retraction', other, 0, { note: 'Gone.' }),
      () => change('corrections', one, 1, { note: 'Newer.', data: { headline: 'Newer' } }),
    ]);
    expect(lines).toEqual(before);
    expect(await notes('story=karabakh-2020&limit=3')).toEqual(['Newer.', 'Gone.', 'New.']);
  });

  test('shows nothing that the record has not come to, and nothing of what was put aside', async () => {
    const checkpoint = (await itemsOf('Timelines', 'META'))[0] as { publishedAt: string };
    const all: Line[] = (await page()).body.corrections;
    const [newest, second, third] = all as [Line, Line, Line];
    await putItem('Timelines', { ...checkpoint, publishedAt: second.publishedAt });
    expect(notesOf((await page()).body.corrections)).toEqual(notesOf(all.slice(1)));
    const sk = String(second.position).padStart(12, '0');
    await putItem('Timelines', { ...checkpoint, parked: 1 });
    await putItem('Timelines', { pk: `1#PARKED#${second.id}`, sk, facets: ['ALL'] });
    await putItem('Timelines', { pk: '1#PARKED#F', sk: `ALL#${sk}`, eventId: second.id });
    expect(notesOf((await page()).body.corrections)).toEqual(notesOf(all.toSpliced(1, 1)));
    // A page whose only line is put aside is empty, and the walk goes on. None of it is for ever.
    const { lines, caching } = await walk('limit=1');
    expect([lines, caching]).toEqual([all.toSpliced(1, 1), all.map(() => live)]);
    await putItem('Timelines', checkpoint);
    const others = (await itemsOf('Timelines')).filter(({ pk }) => !String(pk).includes('PARKED'));
    await emptyTable('Timelines');
    for (const item of others) await putItem('Timelines', item);
    expect(notesOf((await page('limit=3')).body.corrections)).toEqual(notesOf([newest, second, third]));
  });

  test('has no more on a page than fits into an answer', async () => {
    const { putCorrection } = await import('../../../functions/lib/timelines/corrections.ts');
    const { publishedAt } = (await itemsOf('Timelines', 'META'))[0] as { publishedAt: string };
    const ago = (ms: number) => new Date(Date.parse(publishedAt) - ms).toISOString();
    const lines = Array.from({ length: 250 }, (_, index) => ({ publishedAt: ago(index), note: '"'.repeat(6_000) }));
    for (const line of lines) {
      const rest = { publishedAt: line.publishedAt, position: 0, facets: [] };
      await putCorrection('1', 'S#large', { ...rest, text: JSON.stringify(line) });
    }
    const first = await page('story=large&limit=500');
    expect(Buffer.byteLength(JSON.stringify(first.text))).toBeLessThan(6_000_000);
    expect(first.body.corrections.length).toBeLessThan(lines.length);
    expect((await walk('story=large&limit=500')).lines).toEqual(lines);
  });

  test('has no more on a page than fits into an answer, of the logs of several stories too', async () => {
    const { putCorrection } = await import('../../../functions/lib/timelines/corrections.ts');
    const { publishedAt } = (await itemsOf('Timelines', 'META'))[0] as { publishedAt: string };
    const lines = Array.from({ length: 500 }, (_, index) => ({
      publishedAt: new Date(Date.parse(publishedAt) - index).toISOString(),
      note: '\u0001'.repeat(2_000),
    }));
    const stories = Array.from({ length: 8 }, (_, index) => `merged-${index}`);
    for (const [index, line] of lines.entries()) {
      const rest = { publishedAt: line.publishedAt, position: 0, facets: [] };
      await putCorrection('1', `S#${stories[index % stories.length]}`, { ...rest, text: JSON.stringify(line) });
    }
    const query = `story=${stories.join(',')}&limit=500`;
    const first = await page(query);
    expect(Buffer.byteLength(JSON.stringify(first.text))).toBeLessThan(6_000_000);
    expect((await walk(query)).lines).toEqual(lines);
  });

  test('takes another limit and any order of parameters, and no other query', async () => {
    const { nextCursor } = (await page('story=karabakh-2020&from=2020&limit=2')).body;
    const { corrections } = (await page('story=karabakh-2020')).body;
    const next = await page(`cursor=${nextCursor}&limit=3&from=2020&story=karabakh-2020`);
    expect(next.body.corrections).toEqual(corrections.slice(2, 5));
    for (const query of [
      '',
      'story=minsk&from=2020&',
      'from=2020&',
      'story=karabakh-2020&',
      'story=karabakh-2020&from=2020&to=2099&',
    ]) {
      const reply = await page(`${query}cursor=${nextCursor}`);
      expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
    }
  });

  test('refuses a cursor that anything was done to, and that of another list', async () => {
    const { nextCursor: cursor } = (await page('limit=1')).body;
    const bytes = Buffer.from(cursor, 'base64url');
    const flipped = Array.from(bytes, (_, index) => {
      const copy = Buffer.from(bytes);
      copy[index] = (copy[index] as number) ^ 1;
      return copy.toString('base64url');
    });
    const foreign = (await world.get('/v1/timeline?limit=1')).body.nextCursor;
    const made = Buffer.from(JSON.stringify(['2', '', ['2026-01-01T00:00:00.000Z']])).toString('base64url');
    for (const one of [
      ...flipped,
      cursor.slice(1),
      `${cursor}A`,
      foreign,
      made,
      'garbage',
      '%00',
      'e30',
      'x'.repeat(5_000),
    ]) {
      const reply = await page(`cursor=${one}`);
      expect([one, reply.status, reply.body]).toEqual([one, 400, refused({ parameter: 'cursor' })]);
    }
  });

  test.each([
    ['from=2020-13', 'from'],
    ['from=2020-1X', 'from'],
    ['from=2020-11-10T01:00', 'from'],
    ['from=yesterday', 'from'],
    ['to=2021-02-29', 'to'],
    ['to=', 'to'],
    ['from=2020-12&to=2020-11', 'to'],
    ['from=2020-12&to=2020-12-01T00:00:00Z', 'to'],
    ['from=2020-12-01T00:00:00Z&to=2020-12-01T00:00:00Z', 'to'],
    ['story=', 'story'],
    ['story=a&story=b', 'story'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['cursor=', 'cursor'],
    ['tz=Asia/Baku', 'tz'],
    ['date=2020', 'date'],
    ['mood=sombre', 'mood'],
    ['story=no%20story', 'story'],
    [`story=${'x'.repeat(3_000)}`, 'story'],
  ])('is refused where it asks for "%s"', async (query, parameter) => {
    expect(await page(query)).toMatchObject({ status: 400, body: refused({ parameter }) });
  });
});
