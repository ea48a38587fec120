import * as z from 'zod';
import { textOf } from '../../../events/catalogue/fields/text.ts';

const longestNote = 2_000;

const noteSchema = textOf(longestNote).describe('Why: shown to everyone.');

/** The body of a correction. */
export const correctionSchema = z
  .strictObject({
    note: noteSchema,
    data: z
      .record(z.string(), z.unknown())
      .describe('A JSON merge patch (RFC 7396): what it makes of the event is validated, not the patch.'),
  })
  .meta({ id: 'CorrectionBody' });

/** The body of a retraction. */
export const retractionSchema = z.strictObject({ note: noteSchema }).meta({ id: 'RetractionBody' });
