import * as z from 'zod';
import { feedId, permalink } from '../../http/links.ts';
import { certaintyIn, languageOf, sourceLinks, tagsOf } from '../entry.ts';
import { contentHtml } from '../entry-content.ts';
import { type Format, readersPage, type TimelineDocument } from '../format.ts';
import { mediaTypeOf } from '../media-types.ts';
import { removalWords, type ShownRemoval } from '../removal.ts';
import { eachFeedItem, type FeedEntryItem } from './feed-items.ts';

/** Not every JSON parser accepts half a surrogate pair. */
const wellFormed = (_key: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);

function itemOf({ entry, publishedAt: first }: FeedEntryItem, document: TimelineDocument) {
  const { origin, language: ofFeed } = document;
  const { id, revision, position, publishedAt, newsroom, type, story, when, correction, data } = entry;
  const certainty = certaintyIn(entry, document) ?? undefined;
  const language = languageOf(entry);
  return {
    id: feedId(origin, id),
    url: permalink(origin, id),
    external_url: sourceLinks(entry)[0]?.href,
    image: data.media?.[0]?.url,
    title: data.headline,
    content_html: contentHtml(entry, document),
    // Both are about the record, not the event.
    date_published: first,
    date_modified: publishedAt,
    authors: [{ name: newsroom }],
    tags: [...new Set(tagsOf(entry).map(({ name }) => name))],
    // An item without a language of its own has that of the feed.
    language: language === ofFeed ? undefined : language,
    _timeline: {
      id,
      revision,
      position,
      type,
      story,
      status: data.status,
      certainty,
      when,
      correction,
      media: data.media,
    },
  };
}

/** JSON Feed has no deleted items. This one has the id of the event, and replaces it in a reader. */
function removedItemOf(removal: ShownRemoval, { origin, language }: TimelineDocument) {
  const { title, note } = removalWords(removal, language);
  const { id, revision, story, newsroom, change, at, publishedAt } = removal;
  return {
    id: feedId(origin, id),
    url: permalink(origin, id),
    title,
    content_text: note,
    date_published: publishedAt,
    date_modified: at,
    authors: [{ name: newsroom }],
    _timeline: { id, revision, story, change },
  };
}

/** JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/ */
export const jsonfeed: Format = {
  name: 'jsonfeed',
  mediaType: mediaTypeOf.jsonfeed,
  schema: z
    .looseObject({ version: z.string(), title: z.string(), items: z.array(z.looseObject({})) })
    .describe('JSON Feed 1.1: one item per entry. Events that have left the timeline are items with the public note.'),
  reading: 'feed',
  showsRemovals: true,
  render(document) {
    const { title, description, self, next, language, range, asOf } = document;
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      title,
      home_page_url: readersPage(document),
      feed_url: self,
      next_url: next ?? undefined,
      description: description || undefined,
      language,
      _timeline: { range, asOf },
      items: [
        ...eachFeedItem<object>(document, {
          entry: (item) => itemOf(item, document),
          removal: (removal) => removedItemOf(removal, document),
        }),
      ],
    };
    return JSON.stringify(feed, wellFormed);
  },
};
