import * as z from 'zod';
import { noteSchema } from './note.ts';

/** The body of a correction. */
export const correctionSchema = z
  .strictObject({
    note: noteSchema,
    data: z
      .record(z.string(), z.unknown())
      .describe('A JSON merge patch (RFC 7396): what it makes of the event is validated, not the patch.'),
  })
  .meta({ id: 'CorrectionBody' });
