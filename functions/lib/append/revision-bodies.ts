import * as z from 'zod';
import { textOf } from '../../../events/catalogue/fields/text.ts';
import { maximumNoteLength } from '../../../events/input/limits.ts';
import { eventIdField } from '../../../events/revision-fields.ts';

export const noteSchema = textOf(maximumNoteLength).describe(
  `Why the event is corrected, retracted or unlisted, in at most ${maximumNoteLength} characters. The note is public.`,
);

/** The body of a correction. */
export const correctionSchema = z
  .strictObject({
    note: noteSchema,
    data: z
      .record(z.string(), z.unknown())
      .describe(
        'A JSON merge patch (RFC 7396) for the data of the event: the fields to change, and `null` to remove a field. A list replaces the whole list.',
      ),
  })
  .meta({ id: 'CorrectionBody', description: 'A correction of an event.' });

/** The body of a retraction. */
export const retractionSchema = z
  .strictObject({ note: noteSchema })
  .meta({ id: 'RetractionBody', description: 'A retraction of an event.' });

/** The body of an unlisting. */
export const unlistingSchema = z
  .strictObject({ event: eventIdField, note: noteSchema })
  .meta({ id: 'UnlistingBody', description: 'The event that a story no longer lists, and why.' });
