import { storyFacet } from '../../../../events/filters/facet-keys.ts';
import { readDescription } from '../../timelines/descriptions.ts';
import { type Language, languageIn } from '../../words/languages.ts';
import type { Snapshot } from '../cards/snapshot.ts';

/** The title of a timeline, as feeds show it. */
export interface FeedTitle {
  readonly title: string;
  readonly description: string | null;
  /** The language that was asked for, else that of the story; BCP 47. */
  readonly language: string;
  /** The language of the title, if it is another one. */
  readonly titleLanguage?: string;
}

/** What a document without words has instead. */
export const untitled: FeedTitle = { title: '', description: null, language: '' };

/**
 * The title of a timeline as of a moment: that of its story, else the slug of the story, else the word for a timeline.
 *
 * @param stories the slugs of the stories that the timeline is of
 * @param asked the language that the reader asked for
 */
export async function feedTitleOf(
  [story, ...others]: readonly string[],
  { checkpoint, moment, consistency }: Pick<Snapshot, 'checkpoint' | 'moment' | 'consistency'>,
  asked: Language | undefined,
): Promise<FeedTitle> {
  if (story === undefined || others.length > 0) {
    // Loaded only by who needs it, see docs/decisions/0014.
    const { wordsOf } = await import('../../words/words-of.ts');
    const words = wordsOf(asked ?? 'en');
    return { title: words.timeline, description: null, language: words.language };
  }
  const described = await readDescription(checkpoint.generation, storyFacet(story), moment, consistency);
  const { title = story, description = null, language: own = 'en' } = described ?? {};
  if (asked === undefined || asked === own) return { title, description, language: own };
  // The language of the reader may be that of the story, as French is that of `fr-CA`.
  const language = languageIn(own) === asked ? own : asked;
  return { title, description, language, ...(language !== own && { titleLanguage: own }) };
}
