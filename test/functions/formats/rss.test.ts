import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRssFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import { rss } from '../../../functions/lib/formats/feeds/rss.ts';
import { emptyDocument, hostileDocument, storyDocument, storyPlaces } from './documents.ts';
import { anyText, asInXml, documentSaying } from './saying.ts';

const parser = new RssParser();

describe('A timeline as RSS', () => {
  it('is a channel without items where nothing is found', () => {
    expect(parseRssFeed(rss.render(emptyDocument))).toEqual({
      title: 'Timeline',
      link: 'https://timeline.example/',
      description: 'Timeline',
      language: 'en',
      lastBuildDate: 'Wed, 02 Dec 2020 12:00:00 GMT',
      atom: {
        links: [
          {
            rel: 'self',
            type: 'application/rss+xml',
            href: 'https://timeline.example/v1/timeline?limit=50&order=asc',
          },
        ],
      },
    });
  });

  it('has an item for each entry, in order', async () => {
    const { items, ...channel } = await parser.parseString(rss.render(storyDocument));
    const entries = entriesOf(storyDocument);
    expect(channel).toMatchObject({ title: storyDocument.title, description: storyDocument.description });
    expect(items.map(({ title, guid, link, creator, isoDate }) => ({ title, guid, link, creator, isoDate }))).toEqual(
      entries.map(({ id, data, newsroom, publishedAt }) => ({
        title: data.headline,
        guid: `https://timeline.example/v1/events/${id}`,
        link: `https://timeline.example/events/${id}`,
        creator: newsroom,
        isoDate: `${publishedAt.slice(0, 19)}.000Z`,
      })),
    );
  });

  it('says what it knows of an entry', () => {
    const [item] =
      parseRssFeed(rss.render({ ...storyDocument, entries: storyDocument.entries.slice(0, 1) })).items ?? [];
    expect(item).toEqual({
      title: 'Karabakh breaks away from Azerbaijan in a war',
      link: 'https://timeline.example/events/evt_htyqpzwxeacpp77uorupkeljp4',
      guid: { value: 'https://timeline.example/v1/events/evt_htyqpzwxeacpp77uorupkeljp4', isPermaLink: false },
      pubDate: 'Wed, 02 Dec 2020 09:30:00 GMT',
      atom: { updated: '2020-12-02T09:30:00.250Z' },
      dc: { creators: ['example'] },
      categories: [
        { domain: 'https://timeline.example/v1/timeline#type', name: 'hostilities.reported' },
        { domain: 'https://timeline.example/v1/timeline#topic', name: 'medtop:20000056' },
        ...storyPlaces.map((name) => ({ domain: 'https://timeline.example/v1/timeline#place', name })),
        { domain: 'https://timeline.example/v1/timeline#actor', name: 'Armenia' },
        { domain: 'https://timeline.example/v1/timeline#actor', name: 'Azerbaijan' },
      ],
      description: expect.stringContaining('<dt>When</dt><dd>some time in the 1990s (Asia/Baku)</dd>'),
    });
  });

  it('puts the note of a correction first, under the guid that the entry always had', () => {
    const index = entriesOf(storyDocument).findIndex(({ correction }) => correction);
    const entry = entriesOf(storyDocument)[index];
    const item = parseRssFeed(rss.render(storyDocument)).items?.[index];
    expect(item?.guid?.value).toBe(`https://timeline.example/v1/events/${entry?.id}`);
    expect(item?.description).toMatch(/^<p><strong>Corrected on 2 December 2020: /);
    expect(item?.description).toContain(entry?.correction?.note);
  });

  it('links to itself and to the next page', () => {
    expect(parseRssFeed(rss.render(storyDocument)).atom?.links).toEqual([
      { rel: 'self', type: 'application/rss+xml', href: storyDocument.self },
      { rel: 'next', type: 'application/rss+xml', href: storyDocument.next },
    ]);
  });

  it('shows hostile text as text', async () => {
    const { items } = await parser.parseString(rss.render(hostileDocument));
    const headlines = entriesOf(hostileDocument).map(({ data }) => asInXml(data.headline).trim());
    expect(items.map(({ title }) => title?.trim())).toEqual(headlines);
    const descriptions = items.map(({ content }) => content).join();
    expect(descriptions.match(/<(?!\/?(p|strong|dl|dt|dd|ul|li|a)[ >])/g)).toBeNull();
  });

  it('holds any text that XML can hold', async () => {
    const property = fc.asyncProperty(anyText, async (text) => {
      const { title, description, items } = await parser.parseString(rss.render(documentSaying(text)));
      const [item] = items;
      const expected = asInXml(text);
      expect({ title, description, item: item?.title, categories: item?.categories?.length }).toEqual({
        title: expected,
        description: expected,
        item: expected,
        categories: 3,
      });
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('is the same whenever it is written', () => {
    expect(rss.render(storyDocument)).toBe(rss.render(structuredClone(storyDocument)));
  });
});
