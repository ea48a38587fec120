import { eventIdOf } from '../../../events/identity.ts';
import { revisionsOf, sequencedOf } from '../event-log/log.ts';

/** What stands over a timeline. */
export interface FeedTitle {
  readonly title: string;
  readonly description: string | null;
  /** BCP 47. */
  readonly language: string;
}

/**
 * What stands over a timeline at a moment: of a story what its newsroom had called it by then, else its name in the URL; of more
 * than a story what it is.
 *
 * @param moment RFC 3339
 */
export async function feedTitleOf(story: string | undefined, moment: string, consistent: boolean): Promise<FeedTitle> {
  const general = { title: story ?? 'Timeline', description: null, language: 'en' };
  if (story === undefined) return general;
  const revisions = sequencedOf(await revisionsOf(eventIdOf('/stories', story), consistent));
  const then = revisions.findLast(({ publishedAt }) => publishedAt <= moment);
  return { ...general, ...(then?.event.data as Partial<FeedTitle> | undefined) };
}
