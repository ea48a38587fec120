import * as z from 'zod';
import { positionField } from '../../../events/revision-fields.ts';
import { endpointAnswerSchema } from './endpoint-answer-schema.ts';

/** What `POST /v1/webhook-endpoints/{endpoint}/replay` answers. */
export const replayAnswerSchema = z
  .object({
    from: positionField.describe('The first position that is looked at.'),
    to: positionField.describe('The last one.'),
    onlyMissing: z.boolean(),
    endpoint: endpointAnswerSchema,
  })
  .meta({ id: 'Replay', description: 'What is sent again, and the endpoint as it is now.' });

export type ReplayAnswer = z.infer<typeof replayAnswerSchema>;
