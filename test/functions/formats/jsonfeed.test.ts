import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonFeed } from 'feedsmith';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import { jsonfeed } from '../../../functions/lib/formats/feeds/jsonfeed.ts';
import { documentOf, documentWith, emptyDocument, hostileDocument, storyDocument, storyPlaces } from './documents.ts';
import { anyText, asInXml, documentSaying } from './saying.ts';

describe('A timeline as JSON Feed', () => {
  it('is a feed with an empty list where nothing is found', () => {
    expect(JSON.parse(jsonfeed.render(emptyDocument))).toEqual({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Timeline',
      home_page_url: 'https://timeline.example/',
      feed_url: 'https://timeline.example/v1/timeline?limit=50&order=asc',
      language: 'en',
      _timeline: { range: emptyDocument.range, asOf: '2020-12-02T12:00:00.000Z' },
      items: [],
    });
  });

  it('has an item for each entry, in order', () => {
    const { items, title, description, next_url } = parseJsonFeed(jsonfeed.render(storyDocument));
    expect({ title, description, next_url }).toEqual({
      title: storyDocument.title,
      description: storyDocument.description,
      next_url: storyDocument.next,
    });
    expect(items?.map(({ id, url, title, date_modified }) => ({ id, url, title, date_modified }))).toEqual(
      entriesOf(storyDocument).map(({ id, data, publishedAt }) => ({
        id: `https://timeline.example/v1/events/${id}`,
        url: `https://timeline.example/events/${id}`,
        title: data.headline,
        date_modified: publishedAt,
      })),
    );
  });

  it('says what it knows of an entry', () => {
    const document = documentOf(storyDocument.entries.slice(0, 1));
    const [entry] = entriesOf(document);
    const id = 'https://timeline.example/v1/events/evt_htyqpzwxeacpp77uorupkeljp4';
    expect(JSON.parse(jsonfeed.render(document)).items).toEqual([
      {
        id,
        url: 'https://timeline.example/events/evt_htyqpzwxeacpp77uorupkeljp4',
        external_url: 'https://www.themoscowtimes.com/author/afp-2',
        title: 'Karabakh breaks away from Azerbaijan in a war',
        content_html: expect.stringContaining('<dt>When</dt><dd>some time in the 1990s (Asia/Baku)</dd>'),
        date_published: '2020-12-02T09:30:00.250Z',
        date_modified: '2020-12-02T09:30:00.250Z',
        authors: [{ name: 'example' }],
        tags: ['hostilities.reported', 'medtop:20000056', ...storyPlaces, 'Armenia', 'Azerbaijan'],
        _timeline: {
          id: entry?.id,
          revision: 0,
          position: 0,
          type: 'hostilities.reported',
          story: 'karabakh-2020',
          status: 'confirmed',
          when: entry?.when,
        },
      },
    ]);
  });

  it.each([
    ['en', undefined, undefined],
    ['en', 'en', undefined],
    ['en', 'az-Latn', 'az-Latn'],
    ['az', undefined, 'en'],
    ['az', 'az', undefined],
  ])('in a feed in %s gives an item in %s the language %s of its own', (language, written, own) => {
    const document = documentWith(written === undefined ? {} : { language: written }, { language });
    const feed = JSON.parse(jsonfeed.render(document));
    expect([feed.language, feed.items[0].language]).toEqual([language, own]);
  });

  it('carries a correction, and keeps when the event was first published', () => {
    const index = entriesOf(storyDocument).findIndex(({ correction }) => correction);
    const entry = entriesOf(storyDocument)[index];
    const firstPublished = new Map([[entry?.id ?? '', '2020-12-02T09:00:00.000Z']]);
    const item = JSON.parse(jsonfeed.render({ ...storyDocument, firstPublished })).items[index];
    expect([item.date_published, item.date_modified]).toEqual(['2020-12-02T09:00:00.000Z', entry?.publishedAt]);
    expect(item._timeline).toMatchObject({ revision: 1, correction: entry?.correction });
    expect(item.content_html.startsWith(`<p><strong>Corrected on 2 December 2020: ${entry?.correction?.note}`)).toBe(
      true,
    );
  });

  it('shows hostile text as text', () => {
    const items = parseJsonFeed(jsonfeed.render(hostileDocument)).items ?? [];
    expect(items.map(({ title }) => title?.trim())).toEqual(
      entriesOf(hostileDocument).map(({ data }) => data.headline.toWellFormed().trim()),
    );
    const contents = items.map(({ content_html }) => content_html).join();
    expect(contents.match(/<(?!\/?(p|strong|dl|dt|dd|ul|li|a)[ >])/g)).toBeNull();
  });

  it('holds any text, in HTML what HTML can hold', () => {
    const property = fc.property(anyText, (text) => {
      const { title, items } = JSON.parse(jsonfeed.render(documentSaying(text)));
      expect([title, items[0].title]).toEqual([text.toWellFormed(), text.toWellFormed()]);
      const escaped = asInXml(text).replaceAll('&', '&#x26;').replaceAll('<', '&#x3C;');
      for (const line of escaped.split(/\n+/).filter((part) => part !== '')) {
        expect(items[0].content_html).toContain(`<p>${line}</p>`);
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
