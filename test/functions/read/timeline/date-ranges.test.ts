import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith, ownFields, requiredFields } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { type Reply, startWorld, type World } from '../../../support/world/world.ts';

const singleDays = 150;

let world: World;
let stories = 0;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const post = (when: object, story: string) => world.post(developmentWith({ when }, { subject: story }));

const correct = async (id: string, revision: number, data: object) => {
  const headers = { 'if-match': `"${revision}"` };
  const reply = await world.call('POST', `/v1/events/${id}/corrections`, {
    headers,
    body: { note: 'So it was.', data },
  });
  await world.settle(id);
  return reply;
};

/** The moment as of which a story is shown now. */
const momentOf = async (story: string): Promise<string> => (await world.get(`/v1/timeline?story=${story}`)).body.asOf;

/**
 * Posts an event in a story of its own and asks for a range: how sure the answer is of it, or null if it is not there.
 */
async function answerTo(when: object, query: string): Promise<string | null> {
  const story = `case-${++stories}`;
  expect((await post(when, story)).status).toBe(201);
  const reply = await world.get(`/v1/timeline?story=${story}&${query}`);
  expect(reply.status).toBe(200);
  const [entry] = reply.body.entries;
  expect(entry?.when.edtf ?? null).toBe(reply.body.entries.length ? Object(when).edtf : null);
  return entry?.certainty ?? null;
}

const midnightInMoscow = { edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' };
const dayInBaku = { edtf: '2020-11-20', tz: 'Asia/Baku' };
const lateInStJohns = { edtf: '2010-11-06T23:30:00-03:30', tz: 'America/St_Johns' };
const dayInSitka = { edtf: '1867-10-18', tz: 'America/Sitka' };

describe('a date range', () => {
  test.each<[string, object, string, string | null]>([
    ['1: a day, on that day', { edtf: '2020-11-20' }, 'from=2020-11-20&to=2020-11-20', 'certain'],
    ['2: the last day of the range', { edtf: '2020-11-30' }, 'to=2020-11-30', 'certain'],
    ['3: the day after the month of the range', { edtf: '2020-12-01' }, 'to=2020-11', null],
    ['4: a month, in a part of it', { edtf: '2020-11' }, 'from=2020-11-20&to=2020-11-30', 'possible'],
    ['5: a month, wholly in a part of it', { edtf: '2020-11' }, 'from=2020-11-20&to=2020-11-30&match=within', null],
    ['6: a month, in that month', { edtf: '2020-11' }, 'from=2020-11&to=2020-11', 'certain'],
    ['7: a year, in a month of it', { edtf: '2020' }, 'from=2020-11&to=2020-11', 'possible'],
    ['8: a span, in its middle', { edtf: '2020-11-01/2020-11-30' }, 'from=2020-11-20&to=2020-11-25', 'certain'],
    [
      '9: a point between two days, on one of them',
      { edtf: '2020-11-09/2020-11-10', kind: 'point' },
      'from=2020-11-10&to=2020-11-10',
      'possible',
    ],
    ['10: about a day, on the days after it', { edtf: '2020-11-09~' }, 'from=2020-11-10&to=2020-11-12', null],
    ['11: five years, in a year of them', { edtf: '2020-11-10/2025-11-10' }, 'from=2023&to=2023', 'certain'],
    [
      '11: five years, beginning in a later year',
      { edtf: '2020-11-10/2025-11-10' },
      'from=2023&to=2023&match=starts',
      null,
    ],
    ['12: still going on, ten years later', { edtf: '2020-11-10/..' }, 'from=2030', 'certain'],
    ['13: of unknown end, a year later', { edtf: '2020-11-10/' }, 'from=2021&to=2021', 'possible'],
    ['14: a day of a month, on two days of it', { edtf: '2020-11-XX' }, 'from=2020-11-05&to=2020-11-06', 'possible'],
    ['15: a midnight, on its own day', midnightInMoscow, 'from=2020-11-10&to=2020-11-10', 'certain'],
    ['16: a midnight, on that day in a zone behind it', midnightInMoscow, 'from=2020-11-10&to=2020-11-10&tz=UTC', null],
    [
      '17: a midnight, on the day before in a zone behind it',
      midnightInMoscow,
      'from=2020-11-09&to=2020-11-09&tz=America/New_York',
      'certain',
    ],
    ['18: a day, in its first minute', dayInBaku, 'from=2020-11-19T20:00:00Z&to=2020-11-19T20:01:00Z', 'possible'],
    ['19: a day, until its first instant', dayInBaku, 'to=2020-11-19T20:00:00Z', null],
    ['31: late on a day that has ended in UTC', { edtf: '2020-11-30T22:00:00-05:00' }, 'to=2020-11-30', 'certain'],
    ['32: of unknown beginning, the year before its end', { edtf: '/2020-11-10' }, 'from=2019&to=2019', 'possible'],
    ['32: of unknown beginning, at its end', { edtf: '/2020-11-10' }, 'from=2020-11-10&to=2020-11-10', 'certain'],
    ['33: in the second stretch of a day', lateInStJohns, 'date=2010-11-06', 'certain'],
    [
      '33: in the second stretch of a day, asked there',
      lateInStJohns,
      'date=2010-11-06&tz=America/St_Johns',
      'certain',
    ],
    ['33: not on the day between', lateInStJohns, 'date=2010-11-07', null],
    ['33: not on the day between, asked there', lateInStJohns, 'date=2010-11-07&tz=America/St_Johns', null],
    ['34: a day, in its first stretch', dayInSitka, 'from=1867-10-17T10:00:00Z&to=1867-10-17T11:00:00Z', 'possible'],
    ['34: a day, in its second stretch', dayInSitka, 'from=1867-10-19T01:00:00Z&to=1867-10-19T02:00:00Z', 'possible'],
    ['35: in a decade', { edtf: '1994-05-12' }, 'date=199X', 'certain'],
    [
      '36: a point of unknown end, on the day that is known',
      { edtf: '2020-12-02/', kind: 'point' },
      'from=2020-12-02&to=2020-12-02',
      'possible',
    ],
    ['36: a point of unknown end, long after', { edtf: '2020-12-02/', kind: 'point' }, 'date=2099', 'possible'],
  ])('case %s', async (_, when, query, answer) => {
    expect(await answerTo(when, query)).toBe(answer);
  });

  test('case 20: a day that there is is taken, one that there is not is refused', async () => {
    expect((await post({ edtf: '2020-02-29' }, 'leap')).status).toBe(201);
    expect(await post({ edtf: '2021-02-29' }, 'leap')).toMatchObject({
      status: 400,
      body: refused({ pointer: '/data/when/edtf' }),
    });
  });

  test('case 21: a date-time without offset is refused, of an event and of a range', async () => {
    expect(await post({ edtf: '2020-11-10T01:00' }, 'naive')).toMatchObject({
      status: 400,
      body: refused({ pointer: '/data/when/edtf' }),
    });
    expect(await world.get('/v1/timeline?from=2020-11-10T01:00')).toMatchObject({
      status: 400,
      body: refused({ parameter: 'from' }),
    });
  });

  test('case 22: a range that ends before it begins is refused', async () => {
    const reply = await world.get('/v1/timeline?from=2020-12&to=2020-11');
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toHaveLength(1);
  });

  test('case 23: a year before 1000 is refused unless it is meant', async () => {
    expect(await post({ edtf: '0202-11-10' }, 'ancient')).toMatchObject({
      status: 400,
      body: refused({ pointer: '/data/when/edtf' }),
    });
    expect((await post({ edtf: '0202-11-10', historical: true }, 'ancient')).status).toBe(201);
  });

  test('case 24: a handover put off stands at its new date alone, and as of before at its old one alone', async () => {
    const data = {
      ...requiredFields,
      when: { edtf: '2020-11-15' },
      status: 'planned',
      ...ownFields['handover.scheduled'],
    };
    const { body } = await world.post({ type: 'handover.scheduled', subject: 'kalbajar', data });
    const before = await momentOf('kalbajar');
    await correct(body.id, 0, { when: { edtf: '2020-11-25' } });
    const after = await momentOf('kalbajar');
    const on = async (day: string, asOf = '') =>
      (await world.get(`/v1/timeline?story=kalbajar&date=${day}${asOf && `&asOf=${asOf}`}`)).body.entries;
    for (const asOf of ['', after]) {
      expect(await on('2020-11-15', asOf)).toEqual([]);
      expect(await on('2020-11-25', asOf)).toMatchObject([{ id: body.id, revision: 1, when: { edtf: '2020-11-25' } }]);
    }
    expect(await on('2020-11-15', before)).toMatchObject([{ id: body.id, revision: 0, when: { edtf: '2020-11-15' } }]);
    expect(await on('2020-11-25', before)).toEqual([]);
    const one = await world.get(`/v1/events/${body.id}?asOf=${before}`);
    expect(one).toMatchObject({ status: 200, body: { revision: 0, when: { edtf: '2020-11-15' } } });
  });

  test('case 25: a corrected headline is the one shown, of the same id, and as of before the old one', async () => {
    const { body } = await post({ edtf: '2020-11-15' }, 'headline');
    const before = await momentOf('headline');
    await correct(body.id, 0, { headline: 'The new one' });
    const { entries } = (await world.get('/v1/timeline?story=headline')).body;
    expect(entries).toMatchObject([{ id: body.id, revision: 1, data: { headline: 'The new one' } }]);
    const then = (await world.get(`/v1/timeline?story=headline&asOf=${before}`)).body.entries;
    expect(then).toMatchObject([{ id: body.id, revision: 0, data: { headline: requiredFields.headline } }]);
  });

  test('case 26: an event corrected out of the range is gone from it, and listed in corrections and changes', async () => {
    const { body } = await post({ edtf: '2020-11-15' }, 'moved');
    await correct(body.id, 0, { when: { edtf: '2020-12-15' } });
    const { entries } = (await world.get('/v1/timeline?story=moved&from=2020-11&to=2020-11')).body;
    expect(entries).toEqual([]);
    const { changes } = (await world.get('/v1/changes?limit=500')).body;
    expect(changes.at(-1)).toMatchObject({
      change: 'corrected',
      id: body.id,
      entry: { correction: { note: 'So it was.', changed: ['/data/when/edtf'] } },
    });
    const { corrections } = (await world.get('/v1/corrections?story=moved')).body;
    expect(corrections).toMatchObject([
      { change: 'corrected', id: body.id, note: 'So it was.', changed: ['/data/when/edtf'] },
    ]);
  });

  test('case 27: a retracted event is absent from the list, and 410 with the note by its id; as of before it is there', async () => {
    const { body } = await post({ edtf: '2020-11-15' }, 'retracted');
    const before = await momentOf('retracted');
    const note = 'It did not happen.';
    await world.call('POST', `/v1/events/${body.id}/retraction`, { headers: { 'if-match': '"0"' }, body: { note } });
    await world.settle(body.id);
    expect((await world.get('/v1/timeline?story=retracted')).body.entries).toEqual([]);
    expect(await world.get(`/v1/events/${body.id}`)).toMatchObject({ status: 410, body: { id: body.id, note } });
    expect((await world.get(`/v1/timeline?story=retracted&asOf=${before}`)).body.entries).toMatchObject([
      { id: body.id },
    ]);
    expect((await world.get(`/v1/events/${body.id}?asOf=${before}`)).body).toMatchObject({ id: body.id, revision: 0 });
  });

  test('case 28: events added and corrected between two pages are neither shown twice nor lost', async () => {
    const days = ['2020-11-01', '2020-11-05', '2020-11-10', '2020-11-20', '2020-11-25'];
    const posted: Reply[] = [];
    for (const edtf of days) posted.push(await post({ edtf }, 'walk'));
    const ids = posted.map(({ body }) => body.id);
    const first = await world.get('/v1/timeline?story=walk&limit=2');
    await post({ edtf: '2020-11-15' }, 'walk');
    await correct(ids[0], 0, { when: { edtf: '2020-11-30' } });
    await correct(ids[3], 0, { when: { edtf: '2020-11-02' }, headline: 'Corrected' });
    const second = await world.get(`/v1/timeline?story=walk&limit=50&cursor=${first.body.nextCursor}`);
    const shown = [...first.body.entries, ...second.body.entries];
    expect(shown.map(({ id, revision, when }) => [id, revision, when.edtf])).toEqual(
      ids.map((id, index) => [id, 0, days[index]]),
    );
    expect(second.body).toMatchObject({ asOf: first.body.asOf, nextCursor: null });
  });

  test('case 29: a span of six years among many single days is found', async () => {
    const dayOf = (index: number) => new Date(Date.UTC(1988, 0, 1 + index * 7)).toISOString().slice(0, 10);
    const events = Array.from({ length: singleDays }, (_, index) =>
      developmentWith({ when: { edtf: dayOf(index) } }, { subject: 'long' }),
    );
    for (let index = 0; index < singleDays; index += 100) await world.post(events.slice(index, index + 100));
    await post({ edtf: '1988-02/1994-05-12' }, 'long');
    const { entries } = (await world.get('/v1/timeline?story=long&from=1990&to=1990&limit=500')).body;
    const days = Array.from({ length: singleDays }, (_, index) => dayOf(index)).filter((day) => day.startsWith('1990'));
    expect(entries.map(({ when }: { when: { edtf: string } }) => when.edtf)).toEqual(['1988-02/1994-05-12', ...days]);
  });

  test('case 30: nothing in the range is an answer like any other', async () => {
    expect(await world.get('/v1/timeline?story=case-1&from=1999&to=1999')).toMatchObject({
      status: 200,
      body: {
        entries: [],
        range: { from: '1999', to: '1999', tz: null, match: 'overlap' },
        asOf: expect.any(String),
        nextCursor: null,
      },
    });
  });
});
