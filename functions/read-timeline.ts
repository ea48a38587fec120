import { parseRange } from '../events/dates/range.ts';
import { type Format, isInOneLanguage, type TimelineDocument } from './lib/formats/format.ts';
import { requestedFormat } from './lib/formats/requested-format.ts';
import type { Answer } from './lib/http/answer.ts';
import { answerLimitBytes, bytesInJson, fitsIntoAnswer } from './lib/http/answer-size.ts';
import { liveCaching } from './lib/http/caching.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { addressOfFirst, addressOfNext, nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { readRemovals } from './lib/read/publications/removals.ts';
import { pageSizeOf } from './lib/read/query/page-size.ts';
import { timelineQuerySchema } from './lib/read/query/timeline-query.ts';
import { feedTitleOf, untitled } from './lib/read/timeline/feed-title.ts';
import { readPage } from './lib/read/timeline/page.ts';
import { contentsOfItems, firstPublishedOf } from './lib/read/timeline/page-contents.ts';
import { contentTagOf, timelineCaching, timelineWalk } from './lib/read/timeline/timeline-walk.ts';
import { publicRoute } from './lib/route/route.ts';
import type { Language } from './lib/words/languages.ts';
import { preferredLanguage } from './lib/words/preferred-language.ts';

const list = 'timeline';

/** Entries differ in size: the first of them may be larger than the others. */
const margin = 0.9;

/** Writes as many items as fit into an answer: some formats need several times the room that others need. */
function rendered(format: Format, documentOf: (count: number) => TimelineDocument, most: number) {
  for (let count = most; ; ) {
    const document = documentOf(count);
    const body = format.render(document);
    if (count <= 1 || fitsIntoAnswer(body)) return { document, body };
    count = Math.max(1, Math.floor(count * margin * Math.min(1, answerLimitBytes / bytesInJson(body))));
  }
}

/** The language that a reader asked for: by `language`, else by `Accept-Language`. A format without words has none. */
function askedLanguage({ headers }: Request, format: Format, named: Language | undefined): Language | undefined {
  return isInOneLanguage(format) ? (named ?? preferredLanguage(headers['accept-language'])) : undefined;
}

/** The header of a document that was to be whole and is not: after how many entries it ends. */
const truncated = ({ cutAfter }: TimelineDocument): Record<string, string> =>
  cutAfter === undefined ? {} : { 'timeline-truncated': String(cutAfter) };

/** Answers what happened in a range of dates, as of one moment of the record for all pages of a walk. */
async function readTimeline(request: Request): Promise<Answer> {
  const query = queryParameters(request, timelineQuerySchema);
  const range = parseRange(query);
  const format = await requestedFormat(query.format, request.headers.accept);
  const { order, limit } = pageSizeOf(format, query);
  const { showsRemovals = false } = format;
  const options = { range, limit, order, withRemovals: showsRemovals, now: request.now };
  const { snapshot, page, removals, isUnfiltered, cursorAfter } = await timelineWalk(list, query, options);
  const asked = askedLanguage(request, format, query.language);
  const contentTag = contentTagOf(request, [format.name, asked ?? ''].join(' '), snapshot);
  const vary = isInOneLanguage(format) && query.language === undefined ? 'Accept, Accept-Language' : 'Accept';
  const headers = { ...timelineCaching(snapshot), vary, 'content-type': format.mediaType };
  if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };

  const { moment, heads, consistency } = snapshot;
  // Where the client has not asked for pages.
  const isWhole = format.reading === 'whole' && query.limit === undefined;
  // A calendar shows on its first page what has left it. A feed in another order than by publication does not.
  const isCalendar = showsRemovals && format.reading === 'whole';
  const [{ items, isCut, nextAfter }, title, removed] = await Promise.all([
    readPage(page),
    isInOneLanguage(format) ? feedTitleOf(query.story ?? [], snapshot, asked) : untitled,
    isCalendar && order !== 'published' && query.cursor === undefined && removals ? readRemovals(removals) : [],
  ]);
  const firstPublished = showsRemovals ? await firstPublishedOf(items, removed, consistency) : new Map();
  const { origin, path, rawQuery } = request;
  const { from, to, tz, match } = range;
  const documentOf = (count: number): TimelineDocument => {
    const nextCursor = cursorAfter(nextAfter(count));
    const contents = contentsOfItems(items.slice(0, count), removed, firstPublished);
    return {
      ...contents,
      range: { from, to, tz, match },
      asOf: moment,
      nextCursor,
      origin,
      self: `${origin}${path}${rawQuery && `?${rawQuery}`}`,
      next: nextCursor && addressOfNext(request, 'cursor', nextCursor),
      ...(isWhole && nextCursor !== null && { cutAfter: contents.entries.length }),
      ...(query.cursor !== undefined && { first: addressOfFirst(request) }),
      ...title,
      ...(isUnfiltered && { redacted: heads[0]?.redacted ?? 0 }),
    };
  };
  const { document, body } = rendered(format, documentOf, items.length);
  return {
    status: 200,
    headers: {
      ...headers,
      ...(isInOneLanguage(format) && { 'content-language': document.language }),
      ...(isCut && liveCaching),
      ...nextLink(request, 'cursor', document.nextCursor),
      ...truncated(document),
    },
    ...(!isCut && { contentTag }),
    body,
  };
}

export const handler = publicRoute(readTimeline);
