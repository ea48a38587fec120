import * as z from 'zod';
import { feedId, permalink } from '../../http/links.ts';
import { languageOf, sourceLinks, tagsOf } from '../entry.ts';
import { contentHtml } from '../entry-content.ts';
import { type Format, queryAddress, readersPage, type TimelineDocument } from '../format.ts';
import { essenceOf, mediaTypeOf } from '../media-types.ts';
import { removalWords, type ShownRemoval } from '../removal.ts';
import { element, type XmlElement, xmlDocument } from '../xml.ts';
import { eachFeedItem, type FeedEntryItem } from './feed-items.ts';
import { mediaElements } from './media-elements.ts';

const mediaType = essenceOf('atom');

function entryElement({ entry, publishedAt: first }: FeedEntryItem, document: TimelineDocument): XmlElement {
  const { id, publishedAt, newsroom, data } = entry;
  const { origin, language: ofFeed } = document;
  const language = languageOf(entry);
  return element(
    'entry',
    // An entry without a language of its own has that of the feed.
    { 'xml:lang': language === ofFeed ? null : language },
    element('id', {}, feedId(origin, id)),
    // Without an attribute `type` it is text, also if it looks like HTML (RFC 4287 §3.1.1.1).
    element('title', {}, data.headline),
    element('updated', {}, publishedAt),
    element('published', {}, first),
    element('author', {}, element('name', {}, newsroom)),
    element('link', { rel: 'alternate', type: 'text/html', href: permalink(origin, id) }),
    ...sourceLinks(entry).map(({ href, text }) => element('link', { rel: 'related', href, title: text })),
    ...tagsOf(entry).map(({ kind, name }) =>
      element('category', { scheme: `${origin}/v1/timeline#${kind}`, term: name }),
    ),
    ...mediaElements(entry),
    element('content', { type: 'html' }, contentHtml(entry, document)),
  );
}

/** RFC 6721: programs that have the entry should remove it. */
function deletedElement(removal: ShownRemoval, { origin, language }: TimelineDocument): XmlElement {
  return element(
    'at:deleted-entry',
    { 'xmlns:at': 'http://purl.org/atompub/tombstones/1.0', ref: feedId(origin, removal.id), when: removal.at },
    element('at:by', {}, element('name', {}, removal.newsroom)),
    element('at:comment', {}, removalWords(removal, language).note),
  );
}

/** Atom, RFC 4287, in pages by RFC 5005, with deleted entries by RFC 6721. */
export const atom: Format = {
  name: 'atom',
  mediaType: mediaTypeOf.atom,
  schema: z.string().describe('Atom (RFC 4287). Events that have left the timeline are deleted entries (RFC 6721).'),
  reading: 'feed',
  showsRemovals: true,
  render(document) {
    const { title, description, self, first, next, language, titleLanguage = null, asOf } = document;
    const about = queryAddress(self);
    return xmlDocument(
      element(
        'feed',
        { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': language },
        element('id', {}, about),
        element('title', { 'xml:lang': titleLanguage }, title),
        description ? element('subtitle', { 'xml:lang': titleLanguage }, description) : null,
        element('updated', {}, asOf),
        element('link', { rel: 'self', type: mediaType, href: self }),
        element('link', { rel: 'alternate', type: 'text/html', href: readersPage(document) }),
        first === undefined ? null : element('link', { rel: 'first', type: mediaType, href: first }),
        next === null ? null : element('link', { rel: 'next', type: mediaType, href: next }),
        ...eachFeedItem(document, {
          entry: (item) => entryElement(item, document),
          removal: (removal) => deletedElement(removal, document),
        }),
      ),
    );
  },
};
