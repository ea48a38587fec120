import * as z from 'zod';
import { instantField } from '../../../../events/revision-fields.ts';
import { orderOf } from '../../../../events/timeline/card.ts';

/** About 4 MB of cards, 500 read units. The cursor goes on with the rest. */
export const entriesPerCount = 4_000;

/** `complete` and `stoppedAt`, wherever all entries of a timeline are counted. */
export const countedPartFields = {
  complete: z
    .boolean()
    .describe(
      `Whether all entries were counted. One response counts at most the first ${entriesPerCount}; the next page counts those that follow.`,
    ),
  stoppedAt: instantField
    .nullable()
    .describe(
      'If not all entries were counted: the earliest instant of the last entry that was looked at. Null if all were counted, or if that entry has no beginning.',
    ),
};

const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

/** How far entries were counted. @param next the order of the last entry that was looked at; null if all were */
export function countedPart(next: string | null): { complete: boolean; stoppedAt: string | null } {
  const { earliest } = next === null ? { earliest: null } : orderOf(next);
  const stoppedAt = earliest === null ? null : new Date(Math.min(earliest, lastInstantMs)).toISOString();
  return { complete: next === null, stoppedAt };
}
