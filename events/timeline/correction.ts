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

/** A line of the corrections log, with the facets whose logs contain it. */
export interface Correction {
  readonly position: number;
  /** RFC 3339. Strictly increasing with the position. */
  readonly publishedAt: string;
  /** The facet of everything, and each story that the event is in or was ever in. */
  readonly facets: readonly string[];
  /** The line as JSON text, which is copied into responses. */
  readonly text: string;
}

/** A line of the log as responses show it. */
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
    // A retraction does not change the data of the event.
    changed: fieldsChanged(previous.event, event),
  };
}

/**
 * The lines of the corrections log for the revisions of an event from `since` on: a line for each correction or retraction.
 *
 * @param revisions all revisions, from revision 0 on
 * @param hidden parked positions, which have no line
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
