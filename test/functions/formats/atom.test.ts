import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAtomFeed } from 'feedsmith';
import FeedParser from 'rss-parser';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import { atom } from '../../../functions/lib/formats/feeds/atom.ts';
import { documentOf, documentWith, emptyDocument, hostileDocument, storyDocument, storyPlaces } from './documents.ts';
import { anyText, asInXml, documentSaying } from './saying.ts';

const parser = new FeedParser();

const mediaType = 'application/atom+xml';

describe('A timeline as Atom', () => {
  it('is a feed without entries where nothing is found', () => {
    expect(parseAtomFeed(atom.render(emptyDocument))).toEqual({
      id: 'https://timeline.example/v1/timeline?order=asc',
      title: { value: 'Timeline' },
      updated: '2020-12-02T12:00:00.000Z',
      links: [
        { rel: 'self', type: mediaType, href: 'https://timeline.example/v1/timeline?limit=50&order=asc' },
        { rel: 'alternate', type: 'text/html', href: 'https://timeline.example/' },
      ],
      xml: { lang: 'en' },
    });
  });

  it('has an entry for each of the timeline, in order', () => {
    const { title, subtitle, entries } = parseAtomFeed(atom.render(storyDocument));
    expect({ title, subtitle }).toEqual({
      title: { value: storyDocument.title },
      subtitle: { value: storyDocument.description },
    });
    expect(entries?.map(({ id, title, updated, authors }) => ({ id, title, updated, authors }))).toEqual(
      entriesOf(storyDocument).map(({ id, data, newsroom, publishedAt }) => ({
        id: `https://timeline.example/v1/events/${id}`,
        title: { value: data.headline },
        updated: publishedAt,
        authors: [{ name: newsroom }],
      })),
    );
  });

  it('says what it knows of an entry', () => {
    const { entries } = parseAtomFeed(atom.render(documentOf(storyDocument.entries.slice(0, 1))));
    const id = 'https://timeline.example/v1/events/evt_htyqpzwxeacpp77uorupkeljp4';
    expect(entries).toEqual([
      {
        id,
        title: { value: 'Karabakh breaks away from Azerbaijan in a war' },
        updated: '2020-12-02T09:30:00.250Z',
        published: '2020-12-02T09:30:00.250Z',
        authors: [{ name: 'example' }],
        links: [
          {
            rel: 'alternate',
            type: 'text/html',
            href: 'https://timeline.example/events/evt_htyqpzwxeacpp77uorupkeljp4',
          },
          { rel: 'related', href: 'https://www.themoscowtimes.com/author/afp-2', title: 'AFP' },
        ],
        categories: [
          { scheme: 'https://timeline.example/v1/timeline#type', term: 'hostilities.reported' },
          { scheme: 'https://timeline.example/v1/timeline#topic', term: 'medtop:20000056' },
          ...storyPlaces.map((term) => ({ scheme: 'https://timeline.example/v1/timeline#place', term })),
          { scheme: 'https://timeline.example/v1/timeline#actor', term: 'Armenia' },
          { scheme: 'https://timeline.example/v1/timeline#actor', term: 'Azerbaijan' },
        ],
        content: {
          type: 'html',
          value: [
            '<p>Nagorno-Karabakh, a region with an ethnic Armenian population, breaks away from Azerbaijan. Armenian forces seize seven districts around it as a buffer zone. The report says only that this was in the 1990s.</p>',
            '<dl><dt>Event</dt><dd>hostilities</dd><dt>When</dt><dd>some time in the 1990s (Asia/Baku)</dd>',
            '<dt>Status</dt><dd>confirmed</dd><dt>Parties</dt><dd>Armenia</dd><dd>Azerbaijan</dd><dt>Outcome</dt>',
            '<dd>Karabakh breaks away, and Armenian forces hold seven districts around it.</dd>',
            `<dt>Places</dt><dd>${storyPlaces.join('</dd><dd>')}</dd>`,
            '<dt>Source</dt>',
            '<dd><a href="https://www.themoscowtimes.com/author/afp-2">AFP (2 December 2020)</a></dd></dl>',
          ].join(''),
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
  ])('in a feed in %s gives an entry in %s the language %s of its own', (language, written, own) => {
    const document = documentWith(written === undefined ? {} : { language: written }, { language });
    const { xml, entries } = parseAtomFeed(atom.render(document));
    expect([xml?.lang, entries?.[0]?.xml?.lang]).toEqual([language, own]);
  });

  it('puts the note of a correction first, and keeps when the event was first published', () => {
    const index = entriesOf(storyDocument).findIndex(({ correction }) => correction);
    const note = entriesOf(storyDocument)[index]?.correction?.note;
    const firstPublished = new Map([[entriesOf(storyDocument)[index]?.id ?? '', '2020-12-02T09:00:00.000Z']]);
    const text = atom.render({ ...storyDocument, firstPublished });
    const { published, updated, content } = parseAtomFeed(text).entries?.[index] ?? {};
    expect([published, updated]).toEqual(['2020-12-02T09:00:00.000Z', '2020-12-02T09:38:00.250Z']);
    expect(content?.value?.startsWith(`<p><strong>Corrected on 2 December 2020: ${note}</strong></p>`)).toBe(true);
  });

  it('has one id on all pages, whatever their size and the form asked for', () => {
    const selves = [
      'https://timeline.example/v1/timeline?story=a&from=2020',
      'https://timeline.example/v1/timeline?from=2020&story=a&format=atom&limit=7&cursor=abc',
    ];
    const ids = selves.map((self) => parseAtomFeed(atom.render({ ...emptyDocument, self })).id);
    expect(ids).toEqual(Array(2).fill('https://timeline.example/v1/timeline?from=2020&story=a'));
  });

  it('links to itself and to the next page', () => {
    expect(parseAtomFeed(atom.render(storyDocument)).links).toEqual([
      { rel: 'self', type: mediaType, href: storyDocument.self },
      { rel: 'alternate', type: 'text/html', href: expect.any(String) },
      { rel: 'next', type: mediaType, href: storyDocument.next },
    ]);
  });

  it('shows hostile text as text', async () => {
    const { items } = await parser.parseString(atom.render(hostileDocument));
    const headlines = entriesOf(hostileDocument).map(({ data }) => asInXml(data.headline).trim());
    expect(items.map(({ title }) => title?.trim())).toEqual(headlines);
    const contents = items.map(({ content }) => content).join();
    expect(contents.match(/<(?!\/?(p|strong|dl|dt|dd|ul|li|a)[ >])/g)).toBeNull();
  });

  it('holds any text that XML can hold', async () => {
    const property = fc.asyncProperty(anyText, async (text) => {
      const { title, items } = await parser.parseString(atom.render(documentSaying(text)));
      expect([title, items[0]?.title]).toEqual([asInXml(text), asInXml(text)]);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('never ends a section that it did not begin, which XML forbids', () => {
    const outsideOfAttributes = atom.render(documentSaying('a]]>b]]>')).replace(/"[^"]*"/g, '');
    expect(outsideOfAttributes.replaceAll('<![CDATA[>]]>', '')).not.toContain(']]>');
  });
});
