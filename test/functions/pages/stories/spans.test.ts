import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { developmentWith } from '../../../events/samples.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const post = async (story: string, edtf: string, more: object = {}) =>
  (await world.post(developmentWith({ when: { edtf }, ...more }, { subject: story }))).body.id as string;

async function change(id: string, revision: number, of: 'corrections' | 'retraction', body: object) {
  await world.call('POST', `/v1/events/${id}/${of}`, {
    headers: { 'if-match': `"${revision}"` },
    body: { note: 'It was wrong.', ...body },
  });
  await world.settle(id);
}

/** What the first page says of how long a story lasted. */
async function spanOf(story: string, language = 'en'): Promise<string | undefined> {
  const { text } = await world.get(`/?language=${language}`, { accept: 'text/html' });
  const { document } = new JSDOM(text).window;
  return document.querySelector(`li:has(a[href="/stories/${story}"]) > .meta`)?.textContent?.split(' · ')[1];
}

test.each([
  ['days', ['1990-01-05', '2020-11-09'], '1990 – 2020'],
  ['days-of-a-year', ['2020-09-27', '2020-11-09'], 'September 2020 – November 2020'],
  ['decade', ['199X', '2020-11-09'], 'the 1990s – 2020'],
  ['decade-alone', ['199X'], 'the 1990s'],
  ['century', ['18XX', '1988'], 'the years 1800 to 1899 – 1988'],
  ['about', ['1990~', '2020?'], 'about 1990 – perhaps 2020'],
  ['year', ['2020', '2020-11-09'], '2020'],
  ['season', ['2020-06/2020-08'], 'June 2020 – August 2020'],
  ['open', ['2020-06-01/..'], '2020 – …'],
  ['unknown-start', ['/1990'], '… – 1990'],
  ['vague-and-exact', ['199X', '1990-01-01', '2020'], '1990 – 2020'],
])('A story of %s shows what is known of its beginning and end', async (story, dates, span) => {
  for (const edtf of dates) await post(story, edtf);
  expect(await spanOf(story)).toBe(span);
});

test('What is known of the beginning follows corrections and retractions', async () => {
  const first = await post('followed', '1990-01-01');
  await post('followed', '2020-11-09');
  expect(await spanOf('followed')).toBe('1990 – 2020');
  await change(first, 0, 'corrections', { data: { when: { edtf: '199X' } } });
  expect(await spanOf('followed')).toBe('the 1990s – 2020');
  expect(await spanOf('followed', 'fr')).toBe('dans les années 1990 – 2020');
  const another = await post('followed', '1990-01-01');
  expect(await spanOf('followed')).toBe('1990 – 2020');
  await change(another, 0, 'retraction', {});
  expect(await spanOf('followed')).toBe('the 1990s – 2020');
  await change(first, 1, 'corrections', {
    data: {
      summary: 'A long text. '.repeat(150),
      sources: [0, 1, 2, 3].map((index) => ({
        url: `https://example.org/${'a'.repeat(900)}${index}`,
        publisher: 'AFP',
      })),
    },
  });
  expect(await spanOf('followed')).toBe('the 1990s – 2020');
  await change(first, 2, 'corrections', { data: { when: { edtf: '1991-02' } } });
  expect(await spanOf('followed')).toBe('1991 – 2020');
});

test.each([
  ['beginning', '1989-05-05', ['199X', '1990-01-01', '2020'], '1990 – 2020'],
  ['end', '2030-05-05', ['1990', '202X', '2029-12-31'], '1990 – 2029'],
])(
  'When the event at the %s is retracted, the most exact date of the next day counts',
  async (side, outer, others, span) => {
    const story = `exact-${side}`;
    for (const edtf of others) await post(story, edtf);
    const id = await post(story, outer);
    await change(id, 0, 'retraction', {});
    expect(await spanOf(story)).toBe(span);
  },
);
