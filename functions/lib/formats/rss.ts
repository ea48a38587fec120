import * as z from 'zod';
import { permalink } from '../http/links.ts';
import { wordsOf } from '../words/words-of.ts';
import { entriesOf, type ShownEntry, tagsOf } from './entry.ts';
import { contentHtml } from './entry-content.ts';
import { type Format, queryAddress, type TimelineDocument } from './format.ts';
import { type ShownTakedown, takedownId, takedownNote } from './takedown.ts';
import { element, htmlFragment, type XmlElement, xmlDocument } from './xml.ts';

const mediaType = 'application/rss+xml';

const namespaces = {
  'xmlns:atom': 'http://www.w3.org/2005/Atom',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
};

/** A date by RFC 822 with a year of four digits, as RSS requires. */
const rssDate = (instant: string) => new Date(instant).toUTCString();

function itemElement(entry: ShownEntry, document: TimelineDocument): XmlElement {
  const { origin } = document;
  const { id, publishedAt, newsroom, data } = entry;
  return element(
    'item',
    {},
    // RSS does not define whether a title is HTML. The character references that are written here are those that the RSS Best
    // Practices Profile recommends, since both kinds of readers show them right.
    element('title', {}, data.headline),
    element('link', {}, permalink(origin, id)),
    // The same for all revisions, so that a corrected item replaces the wrong one in a reader. Its new date makes it the latest
    // again, and it begins with the note.
    element('guid', { isPermaLink: 'true' }, permalink(origin, id)),
    element('pubDate', {}, rssDate(publishedAt)),
    element('atom:updated', {}, publishedAt),
    element('dc:creator', {}, newsroom),
    ...tagsOf(entry).map(({ kind, name }) => element('category', { domain: `${origin}/v1/timeline#${kind}` }, name)),
    element('description', {}, contentHtml(entry, document)),
  );
}

/** RSS has no deleted items. This one has the guid of the event, and replaces it in a reader. */
function takedownElement(takedown: ShownTakedown, { origin, language }: TimelineDocument): XmlElement {
  const words = wordsOf(language);
  const { at, newsroom } = takedown;
  const address = takedownId(origin, takedown);
  return element(
    'item',
    {},
    element('title', {}, words.takenDown),
    element('link', {}, address),
    element('guid', { isPermaLink: 'true' }, address),
    element('pubDate', {}, rssDate(at)),
    element('atom:updated', {}, at),
    element('dc:creator', {}, newsroom),
    element('description', {}, htmlFragment([element('p', {}, takedownNote(takedown, words))])),
  );
}

/** RSS 2.0, https://www.rssboard.org/rss-specification */
export const rss: Format = {
  name: 'rss',
  mediaType: `${mediaType}; charset=utf-8`,
  schema: z.string().describe('RSS 2.0. Events that were taken down are items with the public note.'),
  showsTakedowns: true,
  render(document) {
    const { title, description, self, next, language, asOf, takedowns = [] } = document;
    return xmlDocument(
      element(
        'rss',
        { version: '2.0', ...namespaces },
        element(
          'channel',
          {},
          element('title', {}, title),
          element('link', {}, queryAddress(self)),
          element('description', {}, description || title),
          element('language', {}, language),
          element('lastBuildDate', {}, rssDate(asOf)),
          element('atom:link', { rel: 'self', type: mediaType, href: self }),
          next === null ? null : element('atom:link', { rel: 'next', type: mediaType, href: next }),
          ...takedowns.map((takedown) => takedownElement(takedown, document)),
          ...entriesOf(document).map((entry) => itemElement(entry, document)),
        ),
      ),
    );
  },
};
