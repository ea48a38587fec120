import * as z from 'zod';
import { feedId, permalink } from '../../http/links.ts';
import { tagsOf } from '../entry.ts';
import { contentHtml } from '../entry-content.ts';
import { type Format, readersPage, type TimelineDocument } from '../format.ts';
import { essenceOf, mediaTypeOf } from '../media-types.ts';
import { removalWords, type ShownRemoval } from '../removal.ts';
import { element, htmlFragment, type XmlElement, xmlDocument } from '../xml.ts';
import { eachFeedItem, type FeedEntryItem } from './feed-items.ts';
import { mediaElements } from './media-elements.ts';

const mediaType = essenceOf('rss');

const namespaces = {
  'xmlns:atom': 'http://www.w3.org/2005/Atom',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
};

/** A date by RFC 822 with a year of four digits, as RSS requires. */
const rssDate = (instant: string) => new Date(instant).toUTCString();

function itemElement({ entry, publishedAt: first }: FeedEntryItem, document: TimelineDocument): XmlElement {
  const { origin } = document;
  const { id, publishedAt, newsroom, data } = entry;
  return element(
    'item',
    {},
    // RSS does not define whether a title is HTML. The character references that are written here are those that the
    // RSS Best Practices Profile recommends, since both kinds of readers show them right.
    element('title', {}, data.headline),
    element('link', {}, permalink(origin, id)),
    // The same for all revisions, so that a corrected item, which begins with the note, replaces the wrong one in a
    // reader.
    element('guid', { isPermaLink: 'false' }, feedId(origin, id)),
    element('pubDate', {}, rssDate(first)),
    element('atom:updated', {}, publishedAt),
    element('dc:creator', {}, newsroom),
    ...tagsOf(entry).map(({ kind, name }) => element('category', { domain: `${origin}/v1/timeline#${kind}` }, name)),
    ...mediaElements(entry),
    element('description', {}, contentHtml(entry, document)),
  );
}

/** RSS has no deleted items. This one has the guid of the event, and replaces it in a reader. */
function removalElement(removal: ShownRemoval, { origin, language }: TimelineDocument): XmlElement {
  const { title, note } = removalWords(removal, language);
  const { id, at, publishedAt, newsroom } = removal;
  return element(
    'item',
    {},
    element('title', {}, title),
    element('link', {}, permalink(origin, id)),
    element('guid', { isPermaLink: 'false' }, feedId(origin, id)),
    element('pubDate', {}, rssDate(publishedAt)),
    element('atom:updated', {}, at),
    element('dc:creator', {}, newsroom),
    element('description', {}, htmlFragment([element('p', {}, note)])),
  );
}

/** RSS 2.0, https://www.rssboard.org/rss-specification */
export const rss: Format = {
  name: 'rss',
  mediaType: mediaTypeOf.rss,
  schema: z.string().describe('RSS 2.0. Events that have left the timeline are items with the public note.'),
  reading: 'feed',
  showsRemovals: true,
  render(document) {
    const { title, description, self, first, next, language, asOf } = document;
    return xmlDocument(
      element(
        'rss',
        { version: '2.0', ...namespaces },
        element(
          'channel',
          {},
          element('title', {}, title),
          element('link', {}, readersPage(document)),
          element('description', {}, description || title),
          element('language', {}, language),
          element('lastBuildDate', {}, rssDate(asOf)),
          element('atom:link', { rel: 'self', type: mediaType, href: self }),
          first === undefined ? null : element('atom:link', { rel: 'first', type: mediaType, href: first }),
          next === null ? null : element('atom:link', { rel: 'next', type: mediaType, href: next }),
          ...eachFeedItem(document, {
            entry: (item) => itemElement(item, document),
            removal: (removal) => removalElement(removal, document),
          }),
        ),
      ),
    );
  },
};
