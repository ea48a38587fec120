import * as z from 'zod';
import type { Format } from './format.ts';
import { mediaTypeOf } from './media-types.ts';

/** One entry per line (NDJSON), each with a line break at its end. Without entries the text is empty. */
export const ndjson: Format = {
  name: 'ndjson',
  mediaType: mediaTypeOf.ndjson,
  reading: 'whole',
  schema: z.string().describe('One entry per line, as JSON.'),
  // JSON.stringify writes no line breaks: an entry is one line already.
  render: ({ entries }) => entries.map((entry) => `${entry}\n`).join(''),
};
