import { storyFacet } from '../events/filters/facet-keys.ts';
import { NotFound } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { embeddedStoryOf, type OEmbedAnswer, oembedAnswer, oembedQuerySchema } from './lib/pages/discovery/oembed.ts';
import { robotsOf, sitemapOf } from './lib/pages/discovery/sitemap.ts';
import { pageSettings } from './lib/pages/document/page-settings.ts';
import { isStory, storyAnswer } from './lib/read/story/story-answer.ts';
import { publicRoute } from './lib/route/route.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';
import { listHeads, readCheckpointAndHeads } from './lib/timelines/heads.ts';

/** A sitemap names so many stories. The page of all stories leads to the others. */
const storiesInSitemap = 1_000;

const textOf = (mediaType: string, body: string): Answer => ({
  status: 200,
  headers: { ...liveCaching, 'content-type': `${mediaType}; charset=utf-8` },
  body,
});

async function sitemap({ origin }: Request): Promise<Answer> {
  const { generation } = await readCheckpoint();
  const { heads } = await listHeads(generation, storyFacet(''), null, storiesInSitemap);
  const stories = heads.filter(isStory).map(storyAnswer);
  const pages = ['/', '/corrections'].map((path) => ({ address: `${origin}${path}`, changedAt: null }));
  return textOf(
    'application/xml',
    sitemapOf([
      ...pages,
      ...stories.map(({ story, updatedAt }) => ({ address: `${origin}/stories/${story}`, changedAt: updatedAt })),
    ]),
  );
}

async function oembed(request: Request): Promise<Answer> {
  const { url, ...most } = queryParameters(request, oembedQuerySchema);
  const { origin } = request;
  const embedded = embeddedStoryOf(url, origin);
  const facet = storyFacet(embedded.slug);
  const head = (await readCheckpointAndHeads([facet])).heads.get(facet);
  if (!head || !isStory(head)) throw new NotFound('There is no story with this slug.');
  const { title } = storyAnswer(head);
  const { name } = pageSettings;
  return {
    status: 200,
    headers: { ...liveCaching },
    body: oembedAnswer(embedded, { title, origin, name }, most) satisfies OEmbedAnswer,
  };
}

/**
 * Answers how programs find the pages: a sitemap, what search engines may read, and stories for frames of other sites.
 */
async function readDiscovery(request: Request): Promise<Answer> {
  if (request.path === '/oembed') return oembed(request);
  return request.path === '/robots.txt' ? textOf('text/plain', robotsOf(request.origin)) : sitemap(request);
}

export const handler = publicRoute(readDiscovery);
