import * as z from 'zod';
import { permalink } from '../http/links.ts';
import { wordsOf } from '../words/words-of.ts';
import { certaintyIn, entriesOf, languageOf, type ShownEntry, sourceLinks, tagsOf } from './entry.ts';
import { contentHtml } from './entry-content.ts';
import { type Format, queryAddress, type TimelineDocument } from './format.ts';
import { type ShownTakedown, takedownId, takedownNote } from './takedown.ts';

/** Not every JSON parser accepts half a surrogate pair. */
const wellFormed = (_key: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);

function itemOf(entry: ShownEntry, document: TimelineDocument) {
  const { origin, language: ofFeed } = document;
  const { id, revision, position, publishedAt, newsroom, type, story, when, correction, data } = entry;
  const certainty = certaintyIn(entry, document) ?? undefined;
  const language = languageOf(entry);
  return {
    id: permalink(origin, id),
    url: permalink(origin, id),
    external_url: sourceLinks(entry)[0]?.href,
    title: data.headline,
    content_html: contentHtml(entry, document),
    // Both are about the record, not the event. A corrected entry does not know when it was first published.
    date_published: revision === 0 ? publishedAt : undefined,
    date_modified: publishedAt,
    authors: [{ name: newsroom }],
    tags: [...new Set(tagsOf(entry).map(({ name }) => name))],
    // An item without a language of its own has that of the feed.
    language: language === ofFeed ? undefined : language,
    _timeline: { id, revision, position, type, story, status: data.status, certainty, when, correction },
  };
}

/** JSON Feed has no deleted items. This one has the id of the event, and replaces it in a reader. */
function takedownOf(takedown: ShownTakedown, { origin, language }: TimelineDocument) {
  const words = wordsOf(language);
  const { id, revision, story, newsroom, at } = takedown;
  const address = takedownId(origin, takedown);
  return {
    id: address,
    url: address,
    title: words.takenDown,
    content_text: takedownNote(takedown, words),
    date_modified: at,
    authors: [{ name: newsroom }],
    _timeline: { id, revision, story, change: 'redacted' },
  };
}

/** JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/ */
export const jsonfeed: Format = {
  name: 'jsonfeed',
  mediaType: 'application/feed+json',
  schema: z
    .looseObject({ version: z.string(), title: z.string(), items: z.array(z.looseObject({})) })
    .describe('JSON Feed 1.1: one item per entry. Events that were taken down are items with the public note.'),
  showsTakedowns: true,
  render(document) {
    const { title, description, self, next, language, range, asOf, takedowns = [] } = document;
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      title,
      home_page_url: queryAddress(self),
      feed_url: self,
      next_url: next ?? undefined,
      description: description || undefined,
      language,
      _timeline: { range, asOf },
      items: [
        ...takedowns.map((takedown) => takedownOf(takedown, document)),
        ...entriesOf(document).map((entry) => itemOf(entry, document)),
      ],
    };
    return JSON.stringify(feed, wellFormed);
  },
};
