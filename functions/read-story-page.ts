import { InvalidInput } from '../events/input/errors.ts';
import { placesOf, type ShownEntry } from './lib/formats/entry.ts';
import type { Content } from './lib/html/element.ts';
import type { Answer } from './lib/http/answer.ts';
import { fittingPage } from './lib/http/answer-size.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import type { PageContext } from './lib/pages/document/page.ts';
import { pageCaching } from './lib/pages/document/page-caching.ts';
import { writerOf } from './lib/pages/document/writer.ts';
import { writeProblem } from './lib/pages/problem/write-problem.ts';
import { pageLanguage } from './lib/pages/request/page-language.ts';
import { type StoryPageQuery, storyPageQuerySchema } from './lib/pages/request/story-page-query.ts';
import { beginStory, mostEntries, subjectOf, viewWithErrors } from './lib/pages/story/story-view.ts';
import { isWhole } from './lib/pages/story/whole-timeline.ts';
import { storyAnswer } from './lib/read/story/story-answer.ts';
import { pageRoute } from './lib/route/route.ts';

/** The map of a page. Its outlines are loaded where an entry has a geometry. */
async function mapOf(entries: readonly ShownEntry[], context: PageContext): Promise<Content> {
  if (!entries.some((entry) => placesOf(entry).some(({ geometry }) => geometry !== undefined))) return null;
  const { mapFigure } = await import('./lib/pages/story/map-figure.ts');
  return mapFigure(entries, context);
}

const loadWriter = () => writerOf(import('./lib/pages/story/story-page.ts'));

/** Answers the page of a story, also for a frame of another site. A query that is refused is answered by its form. */
async function readStoryPage(request: Request): Promise<Answer> {
  const { origin, query: asked } = request;
  const subject = await subjectOf(request.pathParameters.story ?? '', request.now);
  const { timezone: zone, language: own } = storyAnswer(subject.head);
  const isEmbedded = request.path.startsWith('/embed/');
  const language = pageLanguage(request, own);
  try {
    const query: StoryPageQuery = queryParameters(request, storyPageQuerySchema);
    const { contentTag, read } = await beginStory(request, subject, query, { language, isEmbedded });
    if (isKnownTo(request, contentTag))
      return { status: 304, headers: pageCaching(language, asked.language), contentTag };
    const [{ viewOf, isCut }, { contextOf, pageHeaders, storyPage }] = await Promise.all([read(), loadWriter()]);
    const context = contextOf(origin, language, { zone, isEmbedded, asked });
    const body = await fittingPage(mostEntries, async (count) => {
      const view = viewOf(count);
      const map = isEmbedded ? null : await mapOf(view.entries, context);
      return storyPage(view, context, map);
    });
    const headers = pageHeaders(context, !isEmbedded && isWhole(asked));
    return { status: 200, headers, ...(!isCut && { contentTag }), body };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const [view, { contextOf, pageHeaders, storyPage }] = await Promise.all([
      viewWithErrors(subject, error.errors),
      loadWriter(),
    ]);
    const context = contextOf(origin, language, { zone, isEmbedded, asked });
    const headers = { ...pageHeaders(context), 'cache-control': 'no-store' };
    return { status: 400, headers, body: storyPage(view, context) };
  }
}

export const handler = pageRoute(readStoryPage, writeProblem);
