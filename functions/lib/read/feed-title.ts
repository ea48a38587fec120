import { eventIdOf } from '../../../events/identity.ts';
import { latestPublished, publishedAsOf } from '../event-log/published.ts';

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
 * @param moment RFC 3339
 */
export async function feedTitleOf(story: string | undefined, moment: string, consistent: boolean): Promise<FeedTitle> {
  const general = { title: story ?? 'Timeline', description: null, language: 'en' };
  if (story === undefined) return general;
  const eventId = eventIdOf('/stories', story);
  const { published } = await latestPublished(eventId, consistent);
  const then = published && published.publishedAt > moment ? await publishedAsOf(eventId, moment) : published;
  return { ...general, ...(then?.event.data as Partial<FeedTitle> | undefined) };
}
