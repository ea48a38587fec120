import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { check } from '@placemarkio/check-geojson';
import { parse } from 'csv-parse/sync';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import type { FeatureCollection } from 'geojson';
import ICAL from 'ical.js';
import type { EventData } from '../../../events/event.ts';
import { type FormatName, formatNames } from '../../../functions/lib/formats/format.ts';
import { developmentWith, requiredFields } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { seedCards } from '../../support/fixtures/seed-cards.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** Of an invocation that is answered at once, the envelope included (AWS Lambda Developer Guide, "Lambda quotas"). */
const lambdaAnswerBytes = 6 * 1_024 * 1_024;

const mediaTypes: Readonly<Record<FormatName, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
  geojson: 'application/geo+json',
  jsonfeed: 'application/feed+json',
  atom: 'application/atom+xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  ics: 'text/calendar; charset=utf-8',
  timelinejs: 'application/vnd.knightlab.timelinejs+json',
};
const essenceOf = (format: FormatName) => mediaTypes[format].replace(/;.*/, '');

/**
 * What readers of each format, none of them ours, take for what tells the entries apart. They throw at what is not
 * valid.
 */
const namesIn: Readonly<Record<FormatName, (text: string) => unknown[]>> = {
  json: (text) => JSON.parse(text).entries.map(({ id }: { id: string }) => id),
  ndjson: (text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n')).map((line) => JSON.parse(line).id),
  csv: (text) =>
    parse<{ id: string }>(text, { bom: true, columns: true, record_delimiter: '\r\n' }).map(({ id }) => id),
  geojson: (text) => (check(text) as FeatureCollection).features.map(({ id }) => id),
  jsonfeed: (text) => (parseJsonFeed(text).items ?? []).map(({ id }) => id),
  atom: (text) => (parseAtomFeed(text).entries ?? []).map(({ id }) => id),
  rss: (text) => (parseRssFeed(text).items ?? []).map(({ guid }) => guid?.value),
  ics: (text) =>
    new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((one) => one.getFirstPropertyValue('uid')),
  timelinejs: (text) => JSON.parse(text).events.map(({ unique_id }: { unique_id: string }) => unique_id),
};

/** The ids of the entries, as a reader of the format finds them. */
const idsIn = (format: FormatName, text: string) =>
  namesIn[format](text).flatMap((name) => /evt_[a-z2-7]{26}/.exec(String(name)) ?? []);

const page = (query: string, headers?: Record<string, string>) => world.get(`/v1/timeline?${query}`, headers);

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const days = ['2020-11-09', '2020-11-10', '2020-11', '2020-11-20/..'];
  await world.post(days.map((edtf) => developmentWith({ when: { edtf } }, { subject: 'some' })));
});

afterAll(() => world.stop());

describe('the form of an answer', () => {
  test.each(formatNames)('is %s by format as by Accept', async (format) => {
    // In the same order, also of a feed.
    const named = await page(`format=${format}&order=asc&story=some`);
    const accepted = await page('order=asc&story=some', { accept: essenceOf(format) });
    expect([named.status, named.headers['content-type']]).toEqual([200, mediaTypes[format]]);
    expect([accepted.status, accepted.headers['content-type']]).toEqual([200, mediaTypes[format]]);
    const { body } = await page('story=some');
    expect(idsIn(format, named.text)).toEqual(body.entries.map(({ id }: { id: string }) => id));
    // Its own address is all that differs.
    expect(named.text.replaceAll('format=', '').replaceAll(/(\?)\w+(?:&#x26;|&)(?=order)/g, '$1')).toBe(accepted.text);
  });

  test.each<[string, string | undefined, FormatName]>([
    ['nothing', undefined, 'json'],
    ['an empty list', '', 'json'],
    ['anything', '*/*', 'json'],
    [
      'what a browser does',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      'json',
    ],
    ['JSON and what it is written in', 'application/json; charset=utf-8', 'json'],
    ['JSON, plain text and anything', 'application/json, text/plain, */*', 'json'],
    ['any application', 'application/*', 'json'],
    ['any text', 'text/*', 'csv'],
    ['capitals', 'TEXT/Csv', 'csv'],
    ['a table with parameters', 'text/csv;header=absent; charset="utf-8,;"', 'csv'],
    [
      'what a feed reader does',
      'application/rss+xml, application/atom+xml;q=0.9, application/xml;q=0.8, */*;q=0.1',
      'rss',
    ],
    ['one more than the other', 'text/csv;q=0.5, application/atom+xml', 'atom'],
    ['one less, with a space before its weight', 'text/calendar; q=0.1,text/csv;q=0.2', 'csv'],
    ['one more than the other, with parameters', 'application/json;charset=utf-8;q=0.2,text/calendar; q=0.3', 'ics'],
    ['both as much', 'application/feed+json, text/csv', 'jsonfeed'],
    ['one of them before all others', '*/*;q=0.1, text/calendar', 'ics'],
    ['anything but JSON', 'application/json;q=0, application/*', 'ndjson'],
    ['what there is among what there is not', 'text/html, application/geo+json;q=0.1', 'geojson'],
  ])('is chosen by who accepts %s', async (_, accept, format) => {
    const { status, headers } = await page('story=some', accept === undefined ? {} : { accept });
    expect([status, headers['content-type']]).toEqual([200, mediaTypes[format]]);
  });

  test.each(['text/html', 'image/*', 'application/xml, text/html;q=0.9', 'garbage', '*/*;q=0', 'text/csv;q=0'])(
    'is none for who accepts only %s: 406',
    async (accept) => {
      const reply = await page('story=some', { accept });
      expect(reply).toMatchObject({ status: 406, headers: { 'content-type': 'application/problem+json' } });
      expect(reply.body).toEqual(problem(406, 'not-acceptable'));
      for (const format of formatNames) expect(reply.body.detail).toContain(essenceOf(format));
    },
  );

  test('is the one that is named, whatever is accepted', async () => {
    for (const accept of ['image/png', 'application/json', '*/*;q=0']) {
      expect((await page('format=csv', { accept })).headers['content-type']).toBe(mediaTypes.csv);
    }
  });

  test.each(['format=xml', 'format=', 'format=JSON', 'format=csv&format=csv', 'format=json%20', 'format=__proto__'])(
    'is refused by name if there is none such: %s',
    async (query) => {
      expect(await page(query)).toMatchObject({ status: 400, body: refused({ parameter: 'format' }) });
    },
  );

  test.each(formatNames)('is a problem in JSON where something is wrong, also for %s', async (format) => {
    const reply = await page(`format=${format}&limit=0`, { accept: essenceOf(format) });
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'limit' }) });
  });
});

describe('the language of an answer', () => {
  const languageOf = async (query: string, headers: Record<string, string> = {}) => {
    const reply = await page(`story=some&${query}`, headers);
    expect(reply.status).toBe(200);
    return [reply.headers['content-language'], reply.headers.vary?.replace(', Accept-Encoding', '')];
  };
  const french = { 'accept-language': 'fr-CA, en;q=0.5' };

  test('is the one that is named, or else the one that is preferred', async () => {
    expect(await languageOf('format=atom')).toEqual(['en', 'Accept, Accept-Language']);
    expect(await languageOf('format=atom', french)).toEqual(['fr', 'Accept, Accept-Language']);
    expect(await languageOf('format=ics&language=fr')).toEqual(['fr', 'Accept']);
    expect(await languageOf('format=rss&language=en', french)).toEqual(['en', 'Accept']);
    expect(await languageOf('format=timelinejs', { 'accept-language': 'de, *' })).toEqual([
      'en',
      'Accept, Accept-Language',
    ]);
  });

  test('is none for JSON, which shows all languages', async () => {
    expect(await languageOf('language=fr', french)).toEqual([undefined, 'Accept']);
    expect(await languageOf('format=ndjson', french)).toEqual([undefined, 'Accept']);
  });

  test('has an entity tag of its own', async () => {
    const query = 'story=some&format=atom&asOf=2020-01-01T00:00:00Z';
    const [plain, translated] = [await page(query), await page(query, french)];
    expect(translated.text).toContain('xml:lang="fr"');
    const again = await page(query, { ...french, 'if-none-match': plain.headers.etag as string });
    expect([again.status, again.headers.etag]).toEqual([200, translated.headers.etag]);
  });

  test.each(['language=de', 'language=FR', 'language='])('is refused if it has no words: %s', async (query) => {
    expect(await page(query)).toMatchObject({ status: 400, body: refused({ parameter: 'language' }) });
  });

  test('is named among those that there are', async () => {
    expect((await page('language=de')).text).toContain('Must be one of en, fr.');
  });
});

describe('nothing at all', () => {
  test.each(formatNames)('is answered by 200, and valid, in %s (case 30)', async (format) => {
    for (const query of [
      'story=some&date=1999',
      'story=nobody',
      'place=n%3C%26%22%E2%80%A8',
      'asOf=1999-01-01T00:00:00Z',
    ]) {
      const { status, headers, text } = await page(`format=${format}&${query}`);
      expect([status, headers['content-type'], headers.link]).toEqual([200, mediaTypes[format], undefined]);
      expect(idsIn(format, text)).toEqual([]);
      expect(namesIn[format](text)).toHaveLength(format === 'timelinejs' ? 1 : 0);
    }
  });
});

describe('a long timeline', () => {
  const hostile = '\u0001'.repeat(1_000) + '<&"'.repeat(4_000) + '\u2028😀'.repeat(300);
  const events = Array.from({ length: 100 }, (_, index) => ({
    ...developmentWith(),
    subject: 'long',
    data: {
      ...requiredFields,
      when: { edtf: new Date(Date.UTC(2019, 0, 1 + index)).toISOString().slice(0, 10) },
      summary: `${index} ${hostile}`,
    } as EventData,
  }));
  let ids: string[];

  /** Every page of a walk, by the links of its answers. */
  async function walk(format: FormatName, query: string): Promise<string[][]> {
    const pages: string[][] = [];
    for (
      let next: string | undefined =
        `/v1/timeline?story=long&format=${format}&${query}${query.includes('order=') ? '' : '&order=asc'}`;
      next !== undefined;
    ) {
      const { status, headers, text } = await world.get(next);
      expect(status).toBe(200);
      expect(Buffer.byteLength(JSON.stringify({ statusCode: status, headers, body: text }))).toBeLessThan(
        lambdaAnswerBytes,
      );
      pages.push(idsIn(format, text));
      next = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];
    }
    return pages;
  }

  beforeAll(async () => {
    await seedCards('S#long', events);
    ids = (await walk('json', 'limit=40')).flat();
  });

  test('is found whole', () => {
    expect([ids.length, new Set(ids).size]).toEqual([events.length, events.length]);
  });

  test.each(formatNames)(
    'comes in pages that Lambda can answer, and nothing is lost between them, in %s',
    async (format) => {
      const pages = await walk(format, 'limit=500');
      expect(pages.flat()).toEqual(ids);
      expect(Math.min(...pages.map(({ length }) => length))).toBeGreaterThan(0);
      if (format === 'atom' || format === 'rss') expect(pages.length).toBeGreaterThan(1);
    },
  );

  test('comes so from its end, too', async () => {
    expect((await walk('jsonfeed', 'limit=500&order=desc')).flat()).toEqual(ids.toReversed());
  });
});
