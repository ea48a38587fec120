import type { FacetHead } from '../timelines/read-timelines.ts';

/** A story's facet, and the story of a facet. */
export const storyFacet = (story: string) => `S#${story}`;

/** A story as it is answered. One that nobody described is called by its name in the URL. */
export function storyAnswer({ facet, entries, first, last, updatedAt, story: description }: FacetHead): object {
  const story = facet.slice(2);
  const { title = story, description: text = null, timezone = 'UTC', language = 'en' } = description ?? {};
  return { story, title, description: text, timezone, language, entries, first, last, updatedAt };
}
