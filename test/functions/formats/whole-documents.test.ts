import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { check } from '@placemarkio/check-geojson';
import { parse } from 'csv-parse/sync';
import type { FeatureCollection } from 'geojson';
import ICAL from 'ical.js';
import type { EventData } from '../../../events/event.ts';
import { ics } from '../../../functions/lib/formats/calendar/ics.ts';
import type { FormatName } from '../../../functions/lib/formats/format.ts';
import { timelinejs } from '../../../functions/lib/formats/timelinejs/timelinejs.ts';
import { developmentWith, requiredFields } from '../../events/samples.ts';
import { seedCards } from '../../support/fixtures/seed-cards.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';
import { storyDocument } from './documents.ts';
import { timelineJsPage } from './timelinejs-page.ts';

ICAL.design.icalendar.property['x-wr-calname'] = { defaultType: 'text' };

const entries = 2_100;
const first = Date.parse('2015-01-01');
const day = (index: number) => new Date(first + index * 86_400_000).toISOString().slice(0, 10);

/** How many entries a program finds, and what it shows at the end of a document that is cut. */
const readers: Partial<Readonly<Record<FormatName, (text: string) => { found: number; end: unknown }>>> = {
  csv: (text) => ({ found: parse(text, { columns: true, bom: true }).length, end: null }),
  ndjson: (text) => ({ found: text.trimEnd().split('\n').length, end: null }),
  geojson: (text) => ({
    found: (check(text) as FeatureCollection).features.length,
    end: JSON.parse(text).truncated ?? false,
  }),
  ics: (text) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    const events = calendar.getAllSubcomponents('vevent');
    const isEntry = (event: ICAL.Component) => String(event.getFirstPropertyValue('uid')).startsWith('evt_');
    const cut = events.filter((event) => !isEntry(event));
    return {
      found: events.filter(isEntry).length,
      end: [
        calendar.getFirstPropertyValue('x-wr-calname'),
        ...cut.map((event) => [
          event.getFirstPropertyValue('summary'),
          event.getFirstPropertyValue('dtstart')?.toString(),
          String(event.getFirstPropertyValue('description')).split('\n')[0],
        ]),
      ],
    };
  },
  timelinejs: (text) => {
    const slides: { unique_id: string; start_date: object; text: { headline: string } }[] = JSON.parse(text).events;
    const cut = slides.filter(({ unique_id }) => unique_id === 'cut');
    return {
      found: slides.length - cut.length,
      end: cut.map(({ start_date, text: { headline } }) => [start_date, headline]),
    };
  },
};

const ends: Partial<Readonly<Record<FormatName, readonly unknown[]>>> = {
  csv: [null, null],
  ndjson: [null, null],
  geojson: [true, false],
  ics: [
    ['whole (only 2,000 entries)', ['The timeline goes on', day(1_999), 'Only 2,000 entries are shown here.']],
    ['whole'],
  ],
  timelinejs: [[[{ year: 2020, month: 6, day: 22 }, 'The timeline goes on']], []],
};

let world: World;
let take: () => Capacity;

beforeAll(async () => {
  world = await startWorld();
  const events = Array.from({ length: entries }, (_, index) => ({
    ...developmentWith(),
    subject: 'whole',
    data: { ...requiredFields, when: { edtf: day(index) } } as EventData,
  }));
  await seedCards('S#whole', events);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});

afterAll(() => world.stop());

describe('a document that programs read whole', () => {
  test.each(Object.keys(readers) as FormatName[])(
    'has 2,000 entries, and says where it is cut and how to go on: %s',
    async (format) => {
      const read = readers[format] as NonNullable<(typeof readers)[FormatName]>;
      take();
      const { headers, text } = await world.get(`/v1/timeline?story=whole&format=${format}`);
      // 0.7 KB each, read eventually consistent.
      const { read: units } = take();
      expect(units).toBeLessThanOrEqual(200);
      expect([read(text), headers['timeline-truncated']]).toEqual([{ found: 2_000, end: ends[format]?.[0] }, '2000']);
      const next = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1] as string;
      const rest = await world.get(next);
      expect([read(rest.text), rest.headers['timeline-truncated'], rest.headers.link]).toEqual([
        { found: 100, end: ends[format]?.[1] },
        undefined,
        undefined,
      ]);
    },
  );

  test('is a page of the size that the client asks for, which is not called cut', async () => {
    const { headers, text } = await world.get('/v1/timeline?story=whole&format=ics&limit=7');
    expect([readers.ics?.(text), headers['timeline-truncated']]).toEqual([{ found: 7, end: ['whole'] }, undefined]);
    expect(headers.link).toContain('rel="next"');
  });

  test('says in French where a calendar is cut, with the spaces of French', () => {
    const text = ics.render({ ...storyDocument, cutAfter: 2_100, language: 'fr' }).replaceAll('\r\n ', '');
    expect(text).toContain(
      `DESCRIPTION:Seules 2\u202f100 entrées figurent ici.\\nLes entrées suivantes\u00a0: ${storyDocument.next}\r\n`,
    );
  });

  test('is shown by TimelineJS with the cut as its last slide', async () => {
    const { errors, slides } = await timelineJsPage({ ...storyDocument, cutAfter: 21 });
    expect(errors).toEqual([]);
    expect(slides.at(-1)).toMatchObject({
      id: 'cut',
      headline: 'The timeline goes on',
      text: 'Only 21 entries are shown here.The next entries',
      links: [storyDocument.next],
    });
    expect(JSON.parse(timelinejs.render(storyDocument)).events.at(-1).unique_id).toMatch(/^evt_/);
  });
});
