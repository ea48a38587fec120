import * as z from 'zod';
import { textOf } from '../../../events/catalogue/fields/text.ts';
import { maximumNoteLength, maximumRevisionsOfEvent } from '../../../events/input/limits.ts';
import { redactionReasons } from '../../../events/redaction.ts';
import { revisionField } from '../../../events/revision-fields.ts';

const isUnique = (numbers: readonly number[]) => new Set(numbers).size === numbers.length;

/** The body of a redaction. */
export const redactionBodySchema = z
  .strictObject({
    reason: z
      .enum(redactionReasons)
      .describe(
        'Why the content is taken down: `legal` by an order of law, `privacy` of a person, `safety` of a person, or protection of a `source`. It is public.',
      ),
    note: textOf(maximumNoteLength).describe(
      `What readers see instead, in at most ${maximumNoteLength} characters. The note is public and stays. A note that repeats words of what it takes down is refused, unless it is confirmed.`,
    ),
    revisions: z
      .array(revisionField)
      .min(1)
      .max(maximumRevisionsOfEvent)
      .refine(isUnique, 'Names a revision more than once.')
      .optional()
      .describe('The numbers of the revisions to take down, without the latest. Absent to take down the whole event.'),
    confirmNote: z.boolean().optional().describe('`true`: the note may repeat words of what it takes down.'),
  })
  .meta({ id: 'RedactionBody', description: 'What is taken down, and why.' });
