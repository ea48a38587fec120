import * as z from 'zod';
import { largestPosition } from '../../../events/position.ts';
import { positionField } from '../../../events/revision-fields.ts';
import { endpointAnswerSchema } from './endpoint-answer-schema.ts';

const position = z.int().min(1).max(largestPosition);

/** The body of `POST /v1/webhook-endpoints/{endpoint}/replay`: which messages are to be sent again. */
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

/** What it answers. */
export const replayAnswerSchema = z
  .object({
    from: positionField.describe('The first position that is looked at.'),
    to: positionField.describe('The last one.'),
    onlyMissing: z.boolean(),
    endpoint: endpointAnswerSchema,
  })
  .meta({ id: 'Replay', description: 'What is sent again, and the endpoint as it is now.' });

export type ReplayAnswer = z.infer<typeof replayAnswerSchema>;
