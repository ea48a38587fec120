import * as z from 'zod';
import { largestPosition } from '../../../events/position.ts';

const position = z.int().min(1).max(largestPosition);

/** Which messages are to be sent again. */
export const replaySchema = z
  .strictObject({
    from: position.describe('The first position.'),
    to: position.optional().describe('The last position; the last of the record, if left out or beyond.'),
    onlyMissing: z
      .boolean()
      .optional()
      .describe('Leaves out what was acknowledged; what was parked or skipped, or never queued, is sent.'),
  })
  .refine(({ from, to = largestPosition }) => from <= to, { path: ['to'], message: 'Must not be before from.' })
  .meta({ id: 'ReplayBody' });
