import { permalink } from '../http/links.ts';

/** An event that was taken down, as feeds and calendars tell programs that have a copy. */
export interface ShownTakedown {
  readonly id: string;
  /** The number of the revision that took it down. */
  readonly revision: number;
  readonly story: string;
  readonly newsroom: string;
  readonly note?: string;
  /** RFC 3339. */
  readonly at: string;
}

/** What replaces the headline. */
export const takedownTitle = 'Taken down';

/** The public note of a takedown. Its own note may have been taken down too. */
export const takedownNote = ({ note }: ShownTakedown): string => note ?? 'The content of this event was taken down.';

/** The id of the event in feeds, by which a reader finds its copy. */
export const takedownId = (origin: string, { id }: ShownTakedown): string => permalink(origin, id);
