import * as z from 'zod';
import { storySlugSchema } from '../events/catalogue/fields/identifiers.ts';
import { parseRange } from '../events/dates/range.ts';
import { storyFacet, storyOfFacet } from '../events/filters/facet-keys.ts';
import type { Removal } from '../events/timeline/removal.ts';
import { entriesOf, type ShownEntry } from './lib/formats/entry.ts';
import type { Answer } from './lib/http/answer.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { writerOf } from './lib/pages/document/writer.ts';
import { writeProblem } from './lib/pages/problem/write-problem.ts';
import { pageLanguage } from './lib/pages/request/page-language.ts';
import { storiesPageQuerySchema } from './lib/pages/request/stories-page-query.ts';
import { correctionsQuerySchema } from './lib/read/corrections/corrections.ts';
import { readCorrectionsLog } from './lib/read/corrections/corrections-log.ts';
import { isStory, storyAnswer } from './lib/read/story/story-answer.ts';
import { readPage } from './lib/read/timeline/page.ts';
import { timelineWalk } from './lib/read/timeline/timeline-walk.ts';
import { pageRoute } from './lib/route/route.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';
import { listHeads } from './lib/timelines/heads.ts';

const storiesOfPage = 50;
const changesShown = 10;
const correctionsShown = 5;

/** The slug of the last story of the previous page. */
const placeSchema = z.tuple([storySlugSchema()]);
const bound = { list: 'stories-page' };

async function readStories(cursor: string | undefined) {
  const [after = null] = cursor === undefined ? [] : readCursor(cursor, bound, placeSchema);
  const { generation } = await readCheckpoint();
  const { heads, more } = await listHeads(generation, storyFacet(''), after, storiesOfPage);
  const last = more ? heads.at(-1) : undefined;
  return {
    stories: heads.filter(isStory).map((head) => ({
      ...storyAnswer(head),
      firstDate: head.firstDate,
      lastDate: head.lastDate,
    })),
    nextCursor: last ? writeCursor([storyOfFacet(last.facet)], bound) : null,
  };
}

async function readLatest(language: string, now: number) {
  const options = { range: parseRange({}), limit: changesShown, order: 'published', withRemovals: true, now } as const;
  const { page } = await timelineWalk('latest', {}, options);
  const { items } = await readPage(page);
  return items.flatMap(({ entry, removal }): (ShownEntry | Removal)[] =>
    removal ? [removal] : entriesOf({ entries: entry ? [entry] : [], language }),
  );
}

async function readLastCorrections(now: number) {
  const query = correctionsQuerySchema.parse({ limit: String(correctionsShown) });
  const { lines } = await readCorrectionsLog(query, now);
  return lines.map((line) => JSON.parse(line));
}

const loadWriter = () => writerOf(import('./lib/pages/stories/stories-page.ts'));

/** Answers the first page: the stories, and what was published and corrected last. */
async function readStoriesPage(request: Request): Promise<Answer> {
  const { cursor } = queryParameters(request, storiesPageQuerySchema);
  const language = pageLanguage(request, 'en');
  const isFirst = cursor === undefined;
  const [listed, latest, corrections, { contextOf, pageHeaders, storiesPage }] = await Promise.all([
    readStories(cursor),
    isFirst ? readLatest(language, request.now) : [],
    isFirst ? readLastCorrections(request.now) : [],
    loadWriter(),
  ]);
  const context = contextOf(request.origin, language, { asked: request.query });
  return {
    status: 200,
    headers: pageHeaders(context),
    body: storiesPage({ ...listed, latest, corrections, isFirst }, context),
  };
}

export const handler = pageRoute(readStoriesPage, writeProblem);
