import type { Removal } from '../../../events/timeline/removal.ts';
import { wordsOf } from '../words/words-of.ts';

/** An event that has left a timeline, as feeds and calendars say it. */
export interface ShownRemoval extends Removal {
  /** When the event was first published; RFC 3339. */
  readonly publishedAt: string;
}

/**
 * The title and the public note of a removal in a language (BCP 47). The headline is not repeated, and the note of the
 * newsroom may have been taken down.
 */
export function removalWords({ change, note }: ShownRemoval, language: string): { title: string; note: string } {
  const words = wordsOf(language).removals[change];
  return { title: words.title, note: note ?? words.note };
}
