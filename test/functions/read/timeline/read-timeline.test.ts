import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { problem, refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC', iso3166: 'AZ', qid: 'Q1' };
const russia = { name: 'Russia', iso3166: 'RU' };
const minskGroup = { name: 'The Minsk Group!', qid: 'Q228250' };
const observers = { name: 'Наблюдатели  ОБСЕ' };
const conflict = 'medtop:20000056';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const planned = { status: 'planned' };
  await world.post([
    developmentWith({ when: { edtf: '2020-11-01' }, places: [lachin], topics: [conflict] }, { id: 'a' }),
    developmentWith({ when: { edtf: '2020-11-02' }, actors: [russia, minskGroup], ...planned }, { id: 'b' }),
    developmentWith({ when: { edtf: '2020-11-03' }, places: [lachin], actors: [russia] }, { id: 'c' }),
    developmentWith({ when: { edtf: '2020-11-04' }, actors: [observers], stories: ['minsk'] }, { id: 'd' }),
    developmentWith({ when: { edtf: '2020-11-05' }, actors: [russia], ...planned }, { id: 'e', subject: 'minsk' }),
    {
      ...developmentWith(
        { when: { edtf: '2020-11-06' }, parties: [russia, observers], topics: [conflict] },
        { id: 'f' },
      ),
      type: 'hostilities.reported',
    },
  ]);
});

afterAll(() => world.stop());

/** The ids that the newsroom gave to the entries of an answer. */
async function found(query: string): Promise<string> {
  const { status, body } = await world.get(`/v1/timeline?${query}`);
  expect(status).toBe(200);
  const days = 'abcdef';
  return body.entries.map(({ when }: { when: { edtf: string } }) => days[Number(when.edtf.slice(-2)) - 1]).join('');
}

describe('a timeline', () => {
  test('is answered whole: entries, range, moment and cursor', async () => {
    const reply = await world.get('/v1/timeline?story=karabakh-2020&from=2020-11-01&to=2020-11-02&limit=1');
    expect(reply.status).toBe(200);
    const { asOf, nextCursor, entries } = reply.body;
    expect(reply.body).toEqual({
      entries: [
        {
          id: expect.stringMatching(/^evt_[a-z2-7]{26}$/),
          revision: 0,
          position: 1,
          publishedAt: expect.stringMatching(/Z$/),
          newsroom: 'example',
          type: 'development.reported',
          story: 'karabakh-2020',
          when: {
            edtf: '2020-11-01',
            tz: 'UTC',
            kind: 'point',
            precision: 'day',
            earliest: '2020-11-01T00:00:00.000Z',
            latest: '2020-11-01T23:59:59.999Z',
          },
          data: {
            headline: requiredFields.headline,
            status: 'confirmed',
            sources: requiredFields.sources,
            places: [lachin],
            topics: [conflict],
          },
          certainty: 'certain',
        },
      ],
      range: { from: '2020-11-01', to: '2020-11-02', tz: null, match: 'overlap' },
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      nextCursor: expect.any(String),
      redacted: 0,
    });
    expect(asOf >= entries[0].publishedAt).toBe(true);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag, link, retry-after, timeline-truncated',
      'cache-control': 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400',
      etag: expect.stringMatching(/^"[\w-]+"$/),
      vary: 'Accept, Accept-Encoding',
      link: `<https://timeline.example.org/v1/timeline?story=karabakh-2020&from=2020-11-01&to=2020-11-02&limit=1&cursor=${nextCursor}>; rel="next"`,
    });
  });

  test.each([
    ['', 'abcdef'],
    ['story=karabakh-2020', 'abcdf'],
    ['story=minsk', 'de'],
    ['type=hostilities.reported', 'f'],
    ['type=truce.signed', ''],
    ['place=AZ-LAC', 'ac'],
    ['actor=RU', 'bcef'],
    ['actor=Q228250', 'b'],
    ['actor=%D0%BD%D0%B0%D0%B1%D0%BB%D1%8E%D0%B4%D0%B0%D1%82%D0%B5%D0%BB%D0%B8-%D0%BE%D0%B1%D1%81%D0%B5', 'df'],
    [`topic=${conflict}`, 'af'],
    ['status=planned', 'be'],
    ['actor=RU&place=AZ-LAC', 'c'],
    ['actor=RU&status=planned&story=minsk', 'e'],
    ['actor=RU&status=confirmed', 'cf'],
    [`story=karabakh-2020&topic=${conflict}&place=AZ-LAC`, 'a'],
    ['story=karabakh-2020&type=hostilities.reported&actor=RU', 'f'],
    ['actor=RU&from=2020-11-03&to=2020-11-05', 'ce'],
    ['actor=RU&order=desc', 'fecb'],
    ['actor=RU&order=asc&limit=2', 'bc'],
    ['order=desc&limit=2&to=2020-11-04', 'dc'],
    ['type=hostilities.reported,truce.signed', 'f'],
    ['type=hostilities.reported,development.reported', 'abcdef'],
    ['actor=Q228250,RU', 'bcef'],
    ['actor=Q228250,nobody', 'b'],
    ['actor=nobody,none', ''],
    ['actor=Q228250%2CRU&limit=2&order=desc', 'fe'],
    ['place=AZ-LAC,nowhere&actor=RU,Q228250&status=planned,confirmed', 'c'],
    [`story=karabakh-2020,minsk&topic=${conflict},medtop:00000000`, 'af'],
    ['story=minsk,karabakh-2020&newsroom=example,another', 'abcdef'],
    ['place=az-lac', 'ac'],
    ['actor=ru', 'bcef'],
    ['actor=q228250', 'b'],
    ['actor=%D0%9D%D0%90%D0%91%D0%9B%D0%AE%D0%94%D0%90%D0%A2%D0%95%D0%9B%D0%98%20%D0%9E%D0%91%D0%A1%D0%95', 'df'],
    ['story=Minsk', 'de'],
    ['type=Hostilities.Reported', 'f'],
    ['status=PLANNED&newsroom=Example', 'be'],
    ['topic=MEDTOP:20000056', 'af'],
    ['place=%EF%BC%A1%EF%BC%BA-%EF%BC%AC%EF%BC%A1%EF%BC%A3', 'ac'],
    ['place=Lachin', 'ac'],
    ['actor=Russia', 'bcef'],
    ['actor=russia,q228250&limit=2', 'bc'],
    ['place=AZ', ''],
    ['actor=Q1', ''],
    ['actor=RU&place=AZ-SUS', ''],
    ['story=none', ''],
    ['story=none&actor=RU', ''],
    ['topic=medtop:00000000', ''],
  ])('filtered by "%s" is "%s"', async (query, ids) => {
    expect(await found(query)).toBe(ids);
  });

  test.each([
    ['from=2020&to=2020-11', { from: '2020', to: '2020-11', tz: null, match: 'overlap' }],
    ['date=2020-11', { from: '2020-11', to: '2020-11', tz: null, match: 'overlap' }],
    ['date=../2020-11&match=within', { from: null, to: '2020-11', tz: null, match: 'within' }],
    ['from=2020-11-01&tz=Asia/Baku', { from: '2020-11-01', to: null, tz: 'Asia/Baku', match: 'overlap' }],
    ['', { from: null, to: null, tz: null, match: 'overlap' }],
  ])('echoes the range of "%s"', async (query, range) => {
    expect((await world.get(`/v1/timeline?${query}`)).body.range).toEqual(range);
  });

  test('echoes an instant so that it can be asked for again', async () => {
    const { range } = (await world.get('/v1/timeline?from=2020-11-01T00:00:00%2B03:00')).body;
    const again = await world.get(`/v1/timeline?from=${encodeURIComponent(range.from)}`);
    expect(again.body.range).toEqual(range);
    expect(Date.parse(range.from)).toBe(Date.parse('2020-11-01T00:00:00+03:00'));
  });

  test.each([
    ['mood=sombre', 'mood'],
    ['story=a&story=b', 'story'],
    ['story=a&story=a', 'story'],
    ['story=', 'story'],
    ['story', 'story'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=ten', 'limit'],
    ['order=up', 'order'],
    ['type=weather.changed', 'type'],
    ['type=story.described', 'type'],
    ['status=rumoured', 'status'],
    ['cursor=garbage', 'cursor'],
    ['cursor=', 'cursor'],
    ['actor=%ff', 'actor'],
    ['actor=%', 'actor'],
    ['__proto__=a', '__proto__'],
    ['Story=a', 'Story'],
  ])('asked for with "%s" is refused', async (query, parameter) => {
    const reply = await world.get(`/v1/timeline?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual(refused({ parameter }));
    expect(reply.headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag, link, retry-after, timeline-truncated',
    });
  });

  test.each([
    ['story', 80],
    ['place', 200],
    ['actor', 200],
  ])(
    'of a %s with the longest name, %d characters, is empty; of one with a longer name it is refused',
    async (parameter, longest) => {
      const { status, body } = await world.get(`/v1/timeline?${parameter}=${'x'.repeat(longest)}`);
      expect([status, body.entries]).toEqual([200, []]);
      for (const length of [longest + 1, 1_021, 1_022, 1_023, 1_024, 2_100, 8_000]) {
        const reply = await world.get(`/v1/timeline?${parameter}=${'x'.repeat(length)}`);
        expect([reply.status, reply.body]).toEqual([400, refused({ parameter })]);
      }
    },
  );

  test('is not sent again to who has it: 304', async () => {
    const { headers } = await world.get('/v1/timeline?story=minsk');
    const etag = String(headers.etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { 'content-type': _, ...kept } = headers;
      expect(await world.get('/v1/timeline?story=minsk', { 'if-none-match': known })).toMatchObject({
        status: 304,
        headers: kept,
        text: '',
      });
    }
    const other = await world.get('/v1/timeline?story=minsk', { 'if-none-match': '"other"' });
    expect(other.status).toBe(200);
  });

  test('has the headers of GET, and no body, for HEAD', async () => {
    const get = await world.get('/v1/timeline?story=minsk');
    const head = await world.call('HEAD', '/v1/timeline?story=minsk');
    expect(head).toEqual({ ...get, body: undefined, text: '' });
    const wrong = await world.call('HEAD', '/v1/timeline?mood=sombre');
    expect([wrong.status, wrong.text]).toEqual([400, '']);
  });

  test('shows how a corrected event stands, and what was corrected', async () => {
    const { body } = await world.post(developmentWith({ when: { edtf: '2019' } }, { subject: 'corrected' }));
    const correct = async (revision: number, note: string, data: object) => {
      const headers = { 'if-match': `"${revision}"` };
      await world.call('POST', `/v1/events/${body.id}/corrections`, { headers, body: { note, data } });
      await world.settle(body.id);
    };
    await correct(0, 'First.', { headline: 'One', summary: 'S' });
    await correct(1, 'Second.', { headline: 'Two', status: 'disputed' });
    const { entries } = (await world.get('/v1/timeline?story=corrected')).body;
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      id: body.id,
      revision: 2,
      correction: {
        note: 'Second.',
        at: entries[0].publishedAt,
        changed: ['/data/headline', '/data/status'],
      },
      data: { headline: 'Two', summary: 'S', status: 'disputed' },
    });
    expect((await world.get('/v1/timeline?story=corrected&status=confirmed')).body.entries).toEqual([]);
    expect((await world.get('/v1/timeline?story=corrected&status=disputed')).body.entries).toEqual(entries);
  });

  test('of an event that left a story is without it, there alone', async () => {
    const { body } = await world.post(developmentWith({ stories: ['left'] }, { subject: 'stayed' }));
    const headers = { 'if-match': '"0"' };
    const change = { note: 'Not part of it.', data: { stories: null } };
    await world.call('POST', `/v1/events/${body.id}/corrections`, { headers, body: change });
    await world.settle(body.id);
    expect((await world.get('/v1/timeline?story=left')).body.entries).toEqual([]);
    expect((await world.get('/v1/timeline?story=stayed')).body.entries).toMatchObject([{ id: body.id, revision: 1 }]);
  });

  test('of a newsroom has its events alone, with other filters too; counts and changes likewise', async () => {
    const subject = 'by-newsroom';
    const ids = await Promise.all(
      ['afp', 'reuters'].map(async (newsroom) => {
        const { body } = await world.post(developmentWith({ places: [lachin] }, { subject, id: newsroom }), {
          newsroom,
        });
        return body.id as string;
      }),
    );
    const idsOf = (list: { id: string }[]) => list.map(({ id }) => id);
    for (const [index, newsroom] of ['afp', 'reuters'].entries()) {
      const of = `newsroom=${newsroom}`;
      for (const query of [of, `story=${subject}&${of}`, `place=AZ-LAC&story=${subject}&${of}`]) {
        expect(idsOf((await world.get(`/v1/timeline?${query}`)).body.entries)).toEqual([ids[index]]);
        expect(idsOf((await world.get(`/v1/changes?${query}`)).body.changes)).toEqual([ids[index]]);
        const { counts } = (await world.get(`/v1/timeline/counts?interval=year&${query}`)).body;
        expect(counts).toEqual([{ bucket: '2020', certain: 1, possible: 0 }]);
      }
    }
    const upper = await world.get(`/v1/timeline?newsroom=AFP&story=${subject}`);
    expect(idsOf(upper.body.entries)).toEqual([ids[0]]);
  });

  test.each([
    ['story', '%20x'],
    ['story', 'Karabakh%20War'],
    ['story', '-a'],
    ['story', 'a,'],
    ['story', ',a'],
    ['story', 'a,,b'],
    ['story', 'a,-b'],
    ['story', 'a,A'],
    ['story', 'a,b,c,d,e,f,g,h,i,j,k'],
    ['type', 'truce.signed,truce'],
    ['place', 'AZ-LAC,az-lac'],
    ['place', 'a%00b'],
    ['place', '!?'],
    ['actor', 'Crisis%20Group,crisis-group'],
    ['topic', 'medtop:0'],
    ['topic', 'x'.repeat(8_000)],
    ['type', 'truce'],
    ['status', 'certain'],
    ['newsroom', '%20x'],
    ['place', '%20'],
    ['place', '%E2%80%8B'],
    ['actor', '%E2%80%8B'],
    ['topic', '%20'],
  ])(
    'with a filter that no event can match (%s=%s) is refused, and so are counts, changes and corrections',
    async (parameter, value) => {
      const lists = ['/v1/timeline?', '/v1/timeline/counts?interval=year&', '/v1/changes?'];
      if (parameter === 'story') lists.push('/v1/corrections?');
      for (const list of lists) {
        const { status, body } = await world.get(`${list}${parameter}=${value}`);
        expect([list, status, body]).toEqual([list, 400, refused({ parameter })]);
      }
    },
  );

  test.each(['story=nobody-wrote', 'place=nowhere', 'actor=x%20y', 'topic=medtop:00000000', 'newsroom=nobody'])(
    'with a filter that an event could match (%s) is empty',
    async (query) => {
      expect(await world.get(`/v1/timeline?${query}`)).toMatchObject({ status: 200, body: { entries: [] } });
    },
  );

  test('answers any query at all with 200 or 400', async () => {
    const names = [
      'from',
      'to',
      'date',
      'tz',
      'match',
      'story',
      'type',
      'place',
      'actor',
      'topic',
      'status',
      'newsroom',
      'order',
    ];
    const values = ['2020', '2020-11-10', '../2020', 'UTC', 'within', 'minsk', 'desc', '7', '2020-11-10T00:00:00Z'];
    const value = fc.oneof(fc.constantFrom(...values), fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string());
    const parameter = fc.tuple(fc.oneof(fc.constantFrom(...names, 'limit', 'cursor'), fc.string()), value);
    await fc.assert(
      fc.asyncProperty(fc.array(parameter, { maxLength: 4 }), fc.boolean(), async (parameters, encoded) => {
        const encode = encoded ? (text: string) => (text.isWellFormed() ? encodeURIComponent(text) : text) : String;
        const query = parameters.map(([name, text]) => `${encode(name)}=${encode(text)}`).join('&');
        const reply = await world.get(`/v1/timeline?${query}`);
        expect([200, 400]).toContain(reply.status);
        if (reply.status === 400) expect(reply.body).toMatchObject(problem(400, 'invalid-input'));
      }),
      { numRuns: 200 },
    );
  });
});
