import * as z from 'zod';
import { eventTypeField } from '../event-type-fields.ts';
import { everythingFacet, storyFacet } from '../filters/facet-keys.ts';
import { filterValuesOf } from '../filters/facets.ts';
import type { PublishedRevision } from '../revision.ts';
import {
  changedField,
  eventIdField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../revision-fields.ts';
import { fieldsChanged } from './changes.ts';

/** A line of the corrections log: what was corrected or retracted, when and why. */
export interface Correction {
  readonly position: number;
  /** When it joined the record; RFC 3339. Strictly increasing with the position. */
  readonly publishedAt: string;
  /** The logs that it stands in: that of all, and of each story that the event stands in or ever stood in. */
  readonly facets: readonly string[];
  /** The line as JSON text, joined into answers as it is. */
  readonly text: string;
}

/** A line of the log as answers show it. */
export const correctionLineSchema = z
  .object({
    position: positionField,
    publishedAt: publishedAtField,
    change: z.enum(['corrected', 'retracted']),
    id: eventIdField,
    revision: revisionField,
    type: eventTypeField,
    story: storyField,
    note: z.string().nullable().describe('Why the event was corrected or retracted.'),
    changed: changedField,
  })
  .meta({ id: 'Correction', description: 'One correction or retraction.' });

type CorrectionLine = z.infer<typeof correctionLineSchema>;

function lineOf(
  corrected: PublishedRevision,
  change: CorrectionLine['change'],
  previous: PublishedRevision,
): CorrectionLine {
  const { position, publishedAt, eventId, revision, event, note = null } = corrected;
  return {
    position,
    publishedAt,
    change,
    id: eventId,
    revision,
    type: event.type,
    story: event.subject,
    note,
    // A retraction changes nothing that the event said.
    changed: fieldsChanged(previous.event, event),
  };
}

/**
 * What an event's revisions `since` and later add to the corrections log: a line for each that corrects or retracts it.
 *
 * @param revisions all of them, from revision 0 on
 * @param hidden positions that were put aside: they leave no line
 */
export function correctionsIn(
  revisions: readonly PublishedRevision[],
  since: number,
  hidden: ReadonlySet<number> = new Set(),
): Correction[] {
  const facets = new Set([everythingFacet]);
  return revisions.flatMap((revision, index) => {
    for (const story of filterValuesOf(revision.event, revision).stories) facets.add(storyFacet(story));
    const previous = revisions[index - 1];
    const { position, publishedAt, kind } = revision;
    if (!previous || kind === 'recorded' || revision.revision < since || hidden.has(position)) return [];
    return [{ position, publishedAt, facets: [...facets], text: JSON.stringify(lineOf(revision, kind, previous)) }];
  });
}
