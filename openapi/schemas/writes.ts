import * as z from 'zod';
import { storySchema } from '../../events/story.ts';
import { recordedEventSchema } from './event.ts';
import { eventIdField, instantField, revisionField, storyField } from './fields.ts';

const recordedAt = instantField.describe('When it was accepted.');

export const acknowledgementSchema = z
  .object({ id: eventIdField, revision: revisionField, recordedAt, event: recordedEventSchema })
  .meta({ id: 'Acknowledgement', description: 'What was written, or was there already.' });

export const batchResultsSchema = z
  .object({
    results: z.array(
      z
        .object({
          id: eventIdField,
          revision: revisionField,
          outcome: z
            .enum(['created', 'replayed', 'conflict'])
            .describe('Written now; there already; or the id is taken by other content, and nothing was written.'),
        })
        .meta({ id: 'BatchResult' }),
    ),
  })
  .meta({ id: 'BatchResults', description: 'What became of each event, in the order of the batch.' });

export const storyAcknowledgementSchema = z
  .object({ story: storyField, revision: revisionField, recordedAt, ...storySchema.shape })
  .meta({ id: 'StoryAcknowledgement', description: 'The description as it was written, or was there already.' });
