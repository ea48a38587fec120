import { InvalidInput } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { contextOf } from './lib/pages/page.ts';
import { type StoryPageQuery, storyPageQuerySchema } from './lib/pages/page-queries.ts';
import { pageHeaders } from './lib/pages/policy.ts';
import { problemPage } from './lib/pages/problem-page.ts';
import { storyPage } from './lib/pages/story-page.ts';
import { beginStory, subjectOf, viewWithErrors } from './lib/pages/story-view.ts';
import { storyAnswer } from './lib/read/story-answer.ts';
import { pageRoute } from './lib/route/route.ts';
import { preferredLanguage } from './lib/words/preferred-language.ts';

/** Answers the page of a story, also for a frame of another site. A query that is refused is answered by its form. */
async function readStoryPage(request: Request): Promise<Answer> {
  const subject = await subjectOf(request.pathParameters.story ?? '', request.now);
  const { timezone: zone, language: own } = storyAnswer(subject.head);
  const isEmbedded = request.path.startsWith('/embed/');
  const preferred = preferredLanguage(request.headers['accept-language']);
  const { language: named } = request.query;
  const context = contextOf(request.origin, named ?? preferred ?? own, { zone, isEmbedded });
  const { language } = context;
  const headers = {
    ...liveCaching,
    ...pageHeaders(isEmbedded),
    'content-language': language,
    ...(named === undefined && { vary: 'Accept-Language' }),
  };
  try {
    const query: StoryPageQuery = queryParameters(request, storyPageQuerySchema);
    const { contentTag, read } = await beginStory(request, subject, query, { language, isEmbedded });
    if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };
    return { status: 200, headers, contentTag, body: storyPage(await read(), context) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const view = viewWithErrors(subject, request.query, error.errors);
    return { status: 400, headers: { ...headers, 'cache-control': 'no-store' }, body: storyPage(view, context) };
  }
}

export const handler = pageRoute(readStoryPage, problemPage);
