import * as z from 'zod';
import { recordTypeField } from '../event-type-fields.ts';
import { allValues, noValues, valuesOf } from '../event-values.ts';
import { everythingFacet, storyFacet } from '../filters/facet-keys.ts';
import { redactionSchema } from '../redaction.ts';
import type { PublishedRevision } from '../revision.ts';
import {
  changedField,
  eventIdField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../revision-fields.ts';

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
    change: z.enum(['corrected', 'retracted', 'unlisted', 'redacted']),
    id: eventIdField,
    revision: revisionField,
    type: recordTypeField,
    story: storyField,
    note: z
      .string()
      .nullable()
      .describe('Why the event was corrected, retracted, unlisted or redacted. Null if this note was taken down.'),
    changed: changedField,
    redaction: redactionSchema().optional(),
  })
  .meta({ id: 'Correction', description: 'One correction, retraction, unlisting or redaction.' });

/** A line of the log of corrections. */
export type CorrectionLine = z.infer<typeof correctionLineSchema>;

function lineOf(corrected: PublishedRevision, change: CorrectionLine['change']): CorrectionLine {
  const { position, publishedAt, eventId, revision, event, note = null, changed = [], redaction } = corrected;
  const { type, subject: story } = event;
  return {
    position,
    publishedAt,
    change,
    id: eventId,
    revision,
    type,
    story,
    note,
    changed: [...changed],
    ...(redaction && { redaction }),
  };
}

/** The facets whose logs list a revision: that of everything, and each story that its event is in or was ever in. */
export function loggedFacetsOf(revision: PublishedRevision): string[] {
  const { stories } = allValues(valuesOf(revision), revision.carried ?? noValues);
  return [everythingFacet, ...stories.map(storyFacet)];
}

/** The line that a revision adds to the corrections log, if it corrects, retracts, unlists or redacts its event. */
export function correctionOf(revision: PublishedRevision): Correction | null {
  const { position, publishedAt, kind } = revision;
  if (kind === 'recorded' || kind === 'transferred') return null;
  return { position, publishedAt, facets: loggedFacetsOf(revision), text: JSON.stringify(lineOf(revision, kind)) };
}
