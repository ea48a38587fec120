import { storyFacet } from '../../../events/filters/facet-keys.ts';
import { readDescription } from '../timelines/descriptions.ts';
import type { Snapshot } from './snapshot.ts';

/** The title of a timeline, as feeds show it. */
export interface FeedTitle {
  readonly title: string;
  readonly description: string | null;
  /** BCP 47. */
  readonly language: string;
}

/**
 * The title of a timeline as of a moment: that of its story, else the slug of the story, else `Timeline`.
 *
 * @param stories the slugs of the stories that the timeline is of
 */
export async function feedTitleOf(
  [story, ...others]: readonly string[],
  { checkpoint, moment, consistent }: Pick<Snapshot, 'checkpoint' | 'moment' | 'consistent'>,
): Promise<FeedTitle> {
  if (story === undefined || others.length > 0) return { title: 'Timeline', description: null, language: 'en' };
  const described = await readDescription(checkpoint.generation, storyFacet(story), moment, consistent);
  const { title = story, description = null, language = 'en' } = described ?? {};
  return { title, description, language };
}
