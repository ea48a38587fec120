import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { type Answer, type Client, clientOf } from './support/client.ts';
import { eventually } from './support/eventually.ts';
import { endPrograms, type Program, startSystem } from './support/program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 180_000;

const truce = 'evt_xcz4po62fm6ivdihepoqa62kzz';
const peacekeepers = 'evt_te73c6vbre67e74ncy75l2s54c';
const scheduled = 'evt_wl356zy6bc6plma5inn5nnqsjn';
const rescheduled = 'evt_zbwt4rcaqhjx3pdhvba4uweofl';
const lachinScheduled = 'evt_nkgsrf5bnybjya2rrzwiamguso';
const lachin = 'evt_b6vi6luyye24kzj4sbit5yqoje';
const lachinAgain = 'evt_ixc6aguzimeg4n3dgoelivkpne';

const folder = await temporaryFolder();
const place = ['--port', '0', '--data', folder.path];
let first: Program;
let url: string;
let key: string;
let client: Client;

// The system copies what is synthesized once for all suites.
beforeAll(() => synthesizedStack(), journeyLimitMs);

afterAll(async () => {
  endPrograms();
  await folder.remove();
});

async function startOnFolder(): Promise<Program> {
  const program = startSystem(place);
  await program.said(/Ready\./);
  return program;
}

/** The only lines that are not errors: on a busy machine, a function may go on without a read that takes too long. */
const onlyProgress = expect.stringMatching(
  /^(Synthesizing the stack.*\n)?([\w-]+: .+: The operation was aborted due to timeout \(see .+\)\n)*$/,
);
const anInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const line = ({ when, certainty, data }: Answer['body']) => `${when.edtf} ${certainty}: ${data.headline}`;

async function timeline(query: string): Promise<string[]> {
  return (await client.entries(query)).map(line);
}

test(
  'an empty folder gets the example stories by itself, even if it is interrupted, and says where to look and with which key',
  async () => {
    const interrupted = startSystem(place);
    await eventually(
      () => existsSync(join(folder.path, 'story')),
      (isBegun) => isBegun,
    );
    interrupted.kill('SIGINT');
    expect(await interrupted.ended).toMatchObject({ code: 0, output: '', errors: onlyProgress });

    first = await startOnFolder();
    [, url = '', key = ''] = await first.said(/^Timeline +(http:\S+)\/v1\/timeline\?\S+\nDevelopment key +(tl_\S+)\n/m);
    client = clientOf(url, key);
    await first.said(/^Loaded the story karabakh-2020: 34 events\.\nLoaded the story scotland-2014: 14 events\.\n/);
    expect((await client.get('/v1/stories')).body.stories).toEqual([
      {
        story: 'karabakh-2020',
        title: 'What next for Nagorno-Karabakh',
        newsroom: 'example',
        redacted: 0,
        contributors: null,
        description:
          'The truce of November 2020, the handover of three districts, the peacekeepers, those who fled and return, and what is still open.',
        timezone: 'Asia/Baku',
        language: 'en',
        entries: 33,
        first: '1990-01-01',
        last: '2025-11-10',
        updatedAt: anInstant,
      },
      {
        story: 'scotland-2014',
        title: 'The Scottish independence referendum',
        newsroom: 'example',
        redacted: 0,
        contributors: null,
        description: 'The vote of 18 September 2014: how it came about, its result, and what followed.',
        timezone: 'Europe/London',
        language: 'en',
        entries: 14,
        first: '2012-10-15',
        last: '2022-11-23',
        updatedAt: anInstant,
      },
    ]);
  },
  journeyLimitMs,
);

describe('with the first story loaded', () => {
  test('November 2020 is what happened in it, what went on, and what may have happened', async () => {
    expect(await timeline('story=karabakh-2020&from=2020-11&to=2020-11')).toEqual([
      '199X/2020-12-02 certain: Decades of talks in the Minsk Group find no settlement',
      '2020-09-27/2020-11-10 possible: Azerbaijan wins back Fuzuli in the fighting',
      '2020-09-27/2020-11-10 possible: Azerbaijan wins back Qubadli in the fighting',
      '2020-09-27/2020-11-10 certain: Azerbaijan reclaims swathes of territory in an offensive',
      '2020-09-27/2020-11-10 possible: Azerbaijan wins back Jabrayil in the fighting',
      '2020-09-27/2020-11-10 certain: Up to 90,000 people flee the fighting, some 60% of the population',
      '2020-09-27/2020-11-10 possible: Azerbaijan wins back Zangilan in the fighting',
      '2020-09-27/2020-12-02 possible: Azerbaijan vows to spend huge sums on rebuilding',
      '2020-11-09/2020-11-10 certain: Armenia and Azerbaijan sign a truce brokered by Russia',
      '2020-11-10 certain: Russian peacekeepers deploy under the truce',
      '2020-11-15 certain: Kalbajar is to be handed over by 15 November',
      '2020-11-20 certain: Aghdam is to be handed over by 20 November',
      '2020-11-20 certain: Aghdam passes to Azerbaijan',
      '2020-11-25 certain: Kalbajar passes to Azerbaijan',
      '2020-11-25 certain: The handover of Kalbajar is put off to 25 November',
      '2020-11-25/2020-11-29 certain: Azerbaijan lashes out at France over the resolution of its Senate',
      '2020-11-25 certain: The French Senate calls for recognition of Karabakh as independent',
    ]);
  });

  test('in 1993 mediation was going on, and Karabakh and Lachin may have been at war', async () => {
    const war = '199X possible: Karabakh breaks away from Azerbaijan in a war';
    expect(await timeline('from=1993&to=1993')).toEqual([
      war,
      '199X/2020-12-02 certain: Decades of talks in the Minsk Group find no settlement',
    ]);
    expect(await timeline('place=AZ-LAC&date=1993')).toEqual([war]);
  });

  test('1 December is that day, what went on, and what may have been on it', async () => {
    expect(await timeline('date=2020-12-01')).toEqual([
      '199X/2020-12-02 certain: Decades of talks in the Minsk Group find no settlement',
      '2020-09-27/2020-12-02 possible: Azerbaijan vows to spend huge sums on rebuilding',
      '2020-12-01 certain: Lachin, the last of the three districts, passes to Azerbaijan',
      '2020-12-01 certain: Lachin is to be handed over by 1 December',
      '2020-12-01 certain: Turkey and Russia seal a deal for a joint peacekeeping center',
      '2020-12-01 certain: More than 26,000 people have returned to Karabakh, says Russia',
      '2020-12 possible: Both sides adjust to life along the new borders',
      '2020-12-01/ certain: Azerbaijan controls all seven districts around Karabakh',
    ]);
  });

  test('everything about Lachin is how it was lost, given away, handed over and is held, and the handover is whole', async () => {
    expect(await timeline('place=AZ-LAC')).toEqual([
      '199X certain: Karabakh breaks away from Azerbaijan in a war',
      '2020-11-09/2020-11-10 certain: Armenia and Azerbaijan sign a truce brokered by Russia',
      '2020-12-01 certain: Lachin, the last of the three districts, passes to Azerbaijan',
      '2020-12-01 certain: Lachin is to be handed over by 1 December',
      '2020-12-01/ certain: Azerbaijan controls all seven districts around Karabakh',
      '2020-12-02/ certain: Tens of thousands of displaced Azerbaijanis are expected to return',
    ]);
    const [handover] = await client.entries('place=AZ-LAC&type=district.ceded');
    expect(handover).toEqual({
      id: lachin,
      revision: 0,
      position: expect.any(Number),
      publishedAt: anInstant,
      newsroom: 'example',
      type: 'district.ceded',
      story: 'karabakh-2020',
      certainty: 'certain',
      when: {
        edtf: '2020-12-01',
        tz: 'Asia/Baku',
        kind: 'point',
        precision: 'day',
        earliest: '2020-11-30T20:00:00.000Z',
        latest: '2020-12-01T19:59:59.999Z',
      },
      related: [
        { rel: 'fulfils', id: lachinScheduled },
        { rel: 'under', id: truce },
      ],
      data: {
        headline: 'Lachin, the last of the three districts, passes to Azerbaijan',
        summary: 'It happens on a Tuesday, on the day that the truce set.',
        status: 'confirmed',
        district: { name: 'Lachin', iso3166_2: 'AZ-LAC', geometry: { type: 'Point', coordinates: [46.55, 39.64] } },
        from: { name: 'Armenia', iso3166: 'AM' },
        to: { name: 'Azerbaijan', iso3166: 'AZ' },
        topics: ['medtop:20000073'],
        relations: [
          { rel: 'fulfils', id: 'lachin-handover-2020-12-01' },
          { rel: 'under', id: 'truce-2020-11-09' },
        ],
        sources: [{ url: 'https://www.themoscowtimes.com/author/afp-2', publisher: 'AFP', publishedAt: '2020-12-02' }],
      },
    });
  });

  test('everything with Russia is found by its code, whatever it did', async () => {
    expect(await timeline('actor=RU')).toEqual([
      '199X/2020-12-02 certain: Decades of talks in the Minsk Group find no settlement',
      '2020-11-09/2020-11-10 certain: Armenia and Azerbaijan sign a truce brokered by Russia',
      '2020-11-10 certain: Russian peacekeepers deploy under the truce',
      '2020-12-01 certain: Turkey and Russia seal a deal for a joint peacekeeping center',
      '2020-12-01 certain: More than 26,000 people have returned to Karabakh, says Russia',
      '2020-12-02/ certain: Russia has moved to the forefront of mediation',
      '2025-11-10 certain: The mandate of the peacekeepers ends unless it is renewed',
    ]);
  });

  test('the resolution of the French Senate is found by the code of its country', async () => {
    expect(await timeline('actor=FR&date=2020-11-25')).toEqual([
      '199X/2020-12-02 certain: Decades of talks in the Minsk Group find no settlement',
      '2020-11-25/2020-11-29 possible: Azerbaijan lashes out at France over the resolution of its Senate',
      '2020-11-25 certain: The French Senate calls for recognition of Karabakh as independent',
    ]);
  });

  test('what is still open and what is planned after 2 December are found by type and status', async () => {
    expect(await timeline('type=question.open&from=2020-12-03')).toEqual([
      '2020-12-02/ possible: How Azerbaijan, Armenia and the separatists will work together is open',
      '2020-12-02/ possible: The long-term future of Karabakh is not spelt out',
    ]);
    expect(await timeline('status=planned&from=2020-12-03')).toEqual([
      '2020-12-02/ possible: Tens of thousands of displaced Azerbaijanis are expected to return',
      '2025-11-10 certain: The mandate of the peacekeepers ends unless it is renewed',
    ]);
  });

  test('how many fled and returned is a figure with its qualifier, and whose count it is if the report says so', async () => {
    const [fled, ...noMore] = await client.entries('type=displacement.reported&date=2020-10');
    const [returned] = await client.entries('type=returns.reported');
    const figuresOf = ({ data }: Answer['body']) => [data.quantity, data.populationShare, data.reportedBy];
    expect([figuresOf(fled), figuresOf(returned), noMore]).toEqual([
      [
        { high: 90000, qualifier: 'upTo', unit: 'people' },
        { best: 60, qualifier: 'about', unit: 'percent' },
        undefined,
      ],
      [{ low: 26000, qualifier: 'moreThan', unit: 'people' }, undefined, { name: 'Russia', iso3166: 'RU' }],
      [],
    ]);
  });

  test('what was planned for Kalbajar is in three events that name each other', async () => {
    const entries = await client.entries('place=AZ-KAL&from=2020-11-15&to=2020-11-25');
    expect(entries.map(({ type, when, data, related }) => ({ type, on: when.edtf, ...data, related }))).toMatchObject([
      { type: 'handover.scheduled', on: '2020-11-15', status: 'planned', related: [{ rel: 'under', id: truce }] },
      {
        ...{ type: 'district.ceded', on: '2020-11-25', status: 'confirmed' },
        related: [
          { rel: 'fulfils', id: rescheduled },
          { rel: 'under', id: truce },
        ],
      },
      {
        ...{ type: 'handover.rescheduled', on: '2020-11-25', status: 'planned', previously: '2020-11-15' },
        related: [
          { rel: 'amends', id: scheduled },
          { rel: 'under', id: truce },
        ],
      },
    ]);
  });

  test('the number of peacekeepers is the corrected one, and says so; before it was another', async () => {
    const { status, headers, body } = await client.get(`/v1/events/${peacekeepers}`);
    expect({ status, etag: headers.get('etag'), quantity: body.data.quantity, correction: body.correction }).toEqual({
      status: 200,
      etag: '"1"',
      quantity: { best: 1960, qualifier: 'exact', unit: 'soldiers' },
      correction: {
        note: 'The agreement says 1,960 peacekeepers; the first entry had "nearly 2,000".',
        at: body.publishedAt,
        changed: ['/data/quantity/best', '/data/quantity/qualifier', '/data/sources'],
      },
    });
    const [recorded] = (await client.get(`/v1/events/${peacekeepers}/history`)).body.revisions;
    const before = new Date(Date.parse(body.publishedAt) - 1).toISOString();
    const earlier = await client.get(`/v1/events/${peacekeepers}?asOf=${before}`);
    expect([earlier.body.data, earlier.body.data.quantity]).toEqual([
      recorded.entry.data,
      { best: 2000, qualifier: 'nearly', unit: 'soldiers' },
    ]);
    expect(await client.entries('type=peacekeepers.deployed')).toEqual([{ ...body, certainty: 'certain' }]);
  });

  test('the event that was entered twice is gone once, with the reason', async () => {
    expect(await client.get(`/v1/events/${lachinAgain}`)).toMatchObject({
      status: 410,
      body: {
        id: lachinAgain,
        story: 'karabakh-2020',
        eventType: 'district.ceded',
        note: `Entered twice, by two tools. The event is recorded as ${lachin}.`,
        retractedAt: anInstant,
        revision: 1,
      },
    });
  });

  test('what a newsroom posts then is in the timeline, and a new title on the story', async () => {
    const told = {
      headline: 'Mediators are expected in the region',
      status: 'planned',
      parties: [{ name: 'Armenia', iso3166: 'AM' }],
      sources: [{ url: 'https://example.org/minsk-group', publisher: 'AFP' }],
    };
    const posted = await client.send('POST', '/v1/events', {
      type: 'talks.held',
      id: 'minsk-group-2020-12-03',
      subject: 'karabakh-2020',
      data: { when: { edtf: '2020-12-03~', tz: 'Asia/Baku' }, ...told },
    });
    expect(posted).toMatchObject({ status: 201, body: { revision: 0 } });
    const { entries } = await eventually(
      async () => (await client.get('/v1/timeline?type=talks.held&from=2020-12-03&to=2020-12-03')).body,
      (page) => page.entries.length === 1,
    );
    expect(entries[0]).toMatchObject({ id: posted.body.id, when: { precision: 'day' }, data: told });

    const title = 'After the truce';
    const described = await client.send(
      'PUT',
      '/v1/stories/karabakh-2020',
      { title, timezone: 'Asia/Baku' },
      { 'if-match': '"0"' },
    );
    expect(described).toMatchObject({ status: 201, body: { revision: 1 } });
    const { body } = await eventually(
      () => client.get('/v1/stories/karabakh-2020'),
      (answer) => answer.body.title === title,
    );
    expect(body).toMatchObject({ title, entries: 34 });
  });
});

test('requests that wait take nothing from those that do not, and few of one newsroom wait at a time', async () => {
  const anonymous = await Promise.all(Array.from({ length: 50 }, () => client.get('/v1/changes/wait?after=0')));
  expect(new Set(anonymous.map(({ status }) => status))).toEqual(new Set([401]));
  const { head } = (await client.get('/v1/changes?limit=1')).body;
  const after = (await client.changes()).at(-1).position;
  const wait = async () => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(new URL(`/v1/changes/wait?after=${after}&seconds=20`, url), { headers });
    return [answer.status, ((await answer.json()) as { next?: number }).next];
  };
  const waiting = Array.from({ length: 6 }, wait);
  expect(await Promise.race(waiting)).toEqual([429, undefined]);
  const reads = await Promise.all(Array.from({ length: 20 }, () => client.get(`/v1/changes?after=${after}`)));
  expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]));
  const told = { title: 'Who waits is told', timezone: 'Asia/Baku' };
  const { headers } = await client.get('/v1/stories/karabakh-2020');
  const etag = String(headers.get('etag'));
  expect((await client.send('PUT', '/v1/stories/karabakh-2020', told, { 'if-match': etag })).status).toBe(201);
  const answers = (await Promise.all(waiting)).filter(([status]) => status !== 429);
  expect([head > 0, answers]).toEqual([true, Array(5).fill([200, after + 1])]);
});

test(
  'started again on the same folder it has what was there, loads nothing twice, and prints the same key',
  async () => {
    const before = await client.changes();
    first.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 0, errors: onlyProgress });
    const second = await startOnFolder();
    const [, secondUrl = '', secondKey = ''] = await second.said(
      /^Timeline +(http:\S+)\/v1\S+\nDevelopment key +(\S+)\n/,
    );
    expect(secondKey).toBe(key);
    expect(await clientOf(secondUrl).changes()).toEqual(before);
    second.kill('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0, errors: onlyProgress });
  },
  journeyLimitMs,
);
