import { InvalidInput } from '../events/input/errors.ts';
import { placesOf, type ShownEntry } from './lib/formats/entry.ts';
import type { Answer } from './lib/http/answer.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import type { Content } from './lib/pages/element.ts';
import { contextFor, type PageContext } from './lib/pages/page.ts';
import { type StoryPageQuery, storyPageQuerySchema } from './lib/pages/page-queries.ts';
import { pageHeaders } from './lib/pages/policy.ts';
import { problemPage } from './lib/pages/problem-page.ts';
import { storyPage } from './lib/pages/story-page.ts';
import { beginStory, subjectOf, viewWithErrors } from './lib/pages/story-view.ts';
import { storyAnswer } from './lib/read/story-answer.ts';
import { pageRoute } from './lib/route/route.ts';

/** The map of a page. Its outlines are loaded where an entry has a geometry. */
async function mapOf(entries: readonly ShownEntry[], context: PageContext): Promise<Content> {
  if (!entries.some((entry) => placesOf(entry).some(({ geometry }) => geometry !== undefined))) return null;
  const { mapFigure } = await import('./lib/pages/map-figure.ts');
  return mapFigure(entries, context);
}

/** Answers the page of a story, also for a frame of another site. A query that is refused is answered by its form. */
async function readStoryPage(request: Request): Promise<Answer> {
  const subject = await subjectOf(request.pathParameters.story ?? '', request.now);
  const { timezone: zone, language: own } = storyAnswer(subject.head);
  const isEmbedded = request.path.startsWith('/embed/');
  const context = contextFor(request, own, { zone, isEmbedded });
  const headers = pageHeaders(context, request.query.language);
  try {
    const query: StoryPageQuery = queryParameters(request, storyPageQuerySchema);
    const { contentTag, read } = await beginStory(request, subject, query, context);
    if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };
    const { view, isCut } = await read();
    const map = isEmbedded ? null : await mapOf(view.entries, context);
    return { status: 200, headers, ...(!isCut && { contentTag }), body: storyPage(view, context, map) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const view = viewWithErrors(subject, request.query, error.errors);
    return { status: 400, headers: { ...headers, 'cache-control': 'no-store' }, body: storyPage(view, context) };
  }
}

export const handler = pageRoute(readStoryPage, problemPage);
