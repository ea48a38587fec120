import * as z from 'zod';
import { largestPosition, positionField } from '../../../events/revision-fields.ts';
import { endpointAnswerSchema } from './endpoint-answer-schema.ts';

const position = z.int().min(1).max(largestPosition);

/** The body of `POST /v1/webhook-endpoints/{endpoint}/replay`: which messages to send again. */
export const replaySchema = z
  .strictObject({
    from: position.describe('The first position to send.'),
    to: position
      .optional()
      .describe('The last position to send. Default: the last of the record, which is also used if it is beyond.'),
    onlyMissing: z
      .boolean()
      .optional()
      .describe(
        'Whether to leave out messages that were acknowledged, and send only those that were parked, skipped or never queued. Default: false.',
      ),
  })
  .refine(({ from, to = largestPosition }) => from <= to, { path: ['to'], message: 'Must not be before from.' })
  .meta({ id: 'ReplayBody', description: 'The range of messages to send again.' });

/** What the replay answers. */
export const replayAnswerSchema = z
  .object({
    from: positionField.describe('The first position that is searched.'),
    to: positionField.describe('The last position that is searched.'),
    onlyMissing: z.boolean().describe('Whether acknowledged messages are left out.'),
    endpoint: endpointAnswerSchema,
  })
  .meta({ id: 'Replay', description: 'What is sent again, and the endpoint after the change.' });

export type ReplayAnswer = z.infer<typeof replayAnswerSchema>;
