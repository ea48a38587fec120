import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Element, JSDOM } from 'jsdom';
import { bytesInJson } from '../../../functions/lib/http/answer-size.ts';
import { developmentWith } from '../../events/samples.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** Lambda answers with 6 MB at most. */
const mostBytes = 6_000_000;

/** Each character takes six bytes in a page, and seven in its structured data. */
const long = '<'.repeat(20_000);

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The pages from an address on, by their links to the next one. */
async function pagesFrom(address: string, selector: string): Promise<Element[]> {
  const pages: Element[] = [];
  for (let next: string | null = address; next !== null && pages.length < 40; ) {
    const { status, text } = await world.get(next);
    expect([next, status]).toEqual([next, 200]);
    expect(bytesInJson(text)).toBeLessThan(mostBytes);
    const { document } = new JSDOM(text).window;
    pages.push(document);
    next = document.querySelector(selector)?.getAttribute('href')?.replace(/#.*/, '') ?? null;
  }
  return pages;
}

const linksIn = (page: Element, selector: string) =>
  [...page.querySelectorAll(selector)].map((link) => link.getAttribute('href'));

test('The page of a story with the longest summaries fits into an answer, and its pages have each event once', async () => {
  const ids: string[] = [];
  for (let day = 1; day <= 28; day++) {
    const edtf = `2020-11-${String(day).padStart(2, '0')}`;
    const event = developmentWith({ when: { edtf }, summary: long }, { id: `long-${day}`, subject: 'long' });
    ids.push((await world.post(event)).body.id);
  }
  const pages = await pagesFrom('/stories/long', 'a[rel=next]');
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flatMap((page) => linksIn(page, 'h2 a, h3 a, h4 a'))).toEqual(ids.map((id) => `/events/${id}`));
});

test('The page of an event with the longest corrections fits into an answer, and its pages have each revision once', async () => {
  const { id } = (await world.post(developmentWith({ summary: 'Short' }, { id: 'corrected', subject: 'corrected' })))
    .body;
  const notes = Array.from({ length: 30 }, (_, revision) => `Correction ${revision + 1}.`);
  for (const [revision, note] of notes.entries()) {
    const summary = `${revision} ${'<'.repeat(19_990)}`;
    const headers = { 'if-match': `"${revision}"` };
    await world.call('POST', `/v1/events/${id}/corrections`, { headers, body: { note, data: { summary } } });
    await world.settle(id);
  }
  const pages = await pagesFrom(`/events/${id}`, 'ol.log + p a');
  expect(pages.length).toBeGreaterThan(1);
  const shown = pages.flatMap((page) =>
    [...page.querySelectorAll('ol.log > li')].map(({ textContent }) => textContent),
  );
  expect(shown).toHaveLength(31);
  expect(shown.slice(1).map((text) => /Correction \d+\./.exec(text ?? '')?.[0])).toEqual(notes);
});
