import * as z from 'zod';
import { permalink } from '../http/links.ts';
import { wordsOf } from '../words/words-of.ts';
import { entriesOf, languageOf, type ShownEntry, sourceLinks, tagsOf } from './entry.ts';
import { contentHtml } from './entry-content.ts';
import { type Format, queryAddress, type TimelineDocument } from './format.ts';
import { type ShownTakedown, takedownId, takedownNote } from './takedown.ts';
import { element, type XmlElement, xmlDocument } from './xml.ts';

const mediaType = 'application/atom+xml';

function entryElement(entry: ShownEntry, document: TimelineDocument): XmlElement {
  const { id, revision, publishedAt, newsroom, data } = entry;
  const { origin, language: ofFeed } = document;
  const language = languageOf(entry);
  return element(
    'entry',
    // An entry without a language of its own has that of the feed.
    { 'xml:lang': language === ofFeed ? null : language },
    element('id', {}, permalink(origin, id)),
    // Without an attribute `type` it is text, also if it looks like HTML (RFC 4287 §3.1.1.1).
    element('title', {}, data.headline),
    element('updated', {}, publishedAt),
    // A corrected entry does not know when it was first published.
    revision === 0 ? element('published', {}, publishedAt) : null,
    element('author', {}, element('name', {}, newsroom)),
    element('link', { rel: 'alternate', type: 'application/json', href: permalink(origin, id) }),
    ...sourceLinks(entry).map(({ href, text }) => element('link', { rel: 'related', href, title: text })),
    ...tagsOf(entry).map(({ kind, name }) =>
      element('category', { scheme: `${origin}/v1/timeline#${kind}`, term: name }),
    ),
    element('content', { type: 'html' }, contentHtml(entry, document)),
  );
}

/** RFC 6721: programs that have the entry should remove it. */
function deletedElement(takedown: ShownTakedown, { origin, language }: TimelineDocument): XmlElement {
  return element(
    'at:deleted-entry',
    { 'xmlns:at': 'http://purl.org/atompub/tombstones/1.0', ref: takedownId(origin, takedown), when: takedown.at },
    element('at:by', {}, element('name', {}, takedown.newsroom)),
    element('at:comment', {}, takedownNote(takedown, wordsOf(language))),
  );
}

/** Atom, RFC 4287, in pages by RFC 5005, with deleted entries by RFC 6721. */
export const atom: Format = {
  name: 'atom',
  mediaType: `${mediaType}; charset=utf-8`,
  schema: z.string().describe('Atom (RFC 4287). Events that were taken down are deleted entries (RFC 6721).'),
  showsTakedowns: true,
  render(document) {
    const { title, description, self, next, language, asOf, takedowns = [] } = document;
    const about = queryAddress(self);
    return xmlDocument(
      element(
        'feed',
        { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': language },
        element('id', {}, about),
        element('title', {}, title),
        description ? element('subtitle', {}, description) : null,
        element('updated', {}, asOf),
        element('link', { rel: 'self', type: mediaType, href: self }),
        element('link', { rel: 'alternate', type: 'application/json', href: about }),
        next === null ? null : element('link', { rel: 'next', type: mediaType, href: next }),
        ...takedowns.map((takedown) => deletedElement(takedown, document)),
        ...entriesOf(document).map((entry) => entryElement(entry, document)),
      ),
    );
  },
};
