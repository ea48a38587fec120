import * as z from 'zod';
import { entrySchema } from '../../../events/timeline/entry-schema.ts';
import { answerText } from '../http/answer.ts';
import { asOfField } from '../http/as-of.ts';
import { nextCursorField } from '../http/links.ts';
import { type Format, rangeField, redactedField } from './format.ts';
import { mediaTypeOf } from './media-types.ts';

const timelineSchema = z
  .object({
    entries: z
      .array(entrySchema)
      .describe('The entries of the page. There may be fewer than `limit`, even none, and still be a next page.'),
    range: rangeField,
    asOf: asOfField,
    nextCursor: nextCursorField,
    redacted: redactedField.optional(),
  })
  .meta({ id: 'Timeline', description: 'A page of a timeline.' });

type Timeline = z.infer<typeof timelineSchema>;

/** The timeline as JSON. The entries are joined as they are stored. */
export const json: Format = {
  name: 'json',
  mediaType: mediaTypeOf.json,
  reading: 'pages',
  schema: timelineSchema,
  render({ entries, range, asOf, nextCursor, redacted }) {
    return answerText<Timeline, 'entries'>('entries', entries, {
      range,
      asOf,
      nextCursor,
      ...(redacted !== undefined && { redacted }),
    });
  },
};
