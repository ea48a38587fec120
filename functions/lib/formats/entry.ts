import type { Certainty } from '../../../events/dates/overlap.ts';
import type { entryOf } from '../../../events/timeline/entry.ts';
import type { TimelineDocument } from './format.ts';

/** An entry as answers to a range show it. */
export type ShownEntry = ReturnType<typeof entryOf> & { readonly certainty: Certainty };

/** Parses the entries of a document, in their order. */
export function entriesOf({ entries }: Pick<TimelineDocument, 'entries'>): ShownEntry[] {
  return entries.map((entry) => JSON.parse(entry) as ShownEntry);
}
