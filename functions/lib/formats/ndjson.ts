import * as z from 'zod';
import type { Format } from './format.ts';

/** One entry a line, each line with its end (NDJSON); nothing at all where there is no entry. */
export const ndjson: Format = {
  name: 'ndjson',
  mediaType: 'application/x-ndjson',
  schema: z.string().describe('One entry per line, as JSON.'),
  // JSON.stringify leaves no line end in a text: an entry is one line already.
  render: ({ entries }) => entries.map((entry) => `${entry}\n`).join(''),
};
