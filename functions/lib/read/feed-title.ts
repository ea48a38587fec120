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
 * @param story the slug of the story, if the timeline is of one
 */
export async function feedTitleOf(
  story: string | undefined,
  { checkpoint, moment, consistent }: Pick<Snapshot, 'checkpoint' | 'moment' | 'consistent'>,
): Promise<FeedTitle> {
  if (story === undefined) return { title: 'Timeline', description: null, language: 'en' };
  const described = await readDescription(checkpoint.generation, storyFacet(story), moment, consistent);
  const { title = story, description = null, language = 'en' } = described ?? {};
  return { title, description, language };
}
