import { permalink } from '../http/links.ts';
import type { Words } from '../words/words.ts';

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

/** The public note of a takedown. Its own note may have been taken down too. */
export const takedownNote = ({ note }: ShownTakedown, words: Words): string => note ?? words.takenDownNote;

/** The id of the event in feeds, by which a reader finds its copy. */
export const takedownId = (origin: string, { id }: ShownTakedown): string => permalink(origin, id);
