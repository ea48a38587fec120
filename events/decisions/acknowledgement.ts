import * as z from 'zod';
import { eventDataSchema } from '../catalogue/event-fields.ts';
import { type CloudEvent, eventAttributes } from '../event.ts';
import type { Revision } from '../revision.ts';
import { eventIdField, recordedAtField, revisionField } from '../revision-fields.ts';
import { warningsField } from '../warnings.ts';

const { type, subject, time, datacontenttype, traceparent, tracestate } = eventAttributes;

/** An event as it is stored. */
const recordedEventSchema = z
  .object({
    specversion: z.literal('1.0').describe('The version of CloudEvents.'),
    id: z.string().describe('The id of the event at its newsroom. Generated if the newsroom sent none.'),
    source: z.string().describe('The newsroom that wrote it, as `/newsrooms/<newsroom>`.'),
    type,
    subject,
    time,
    datacontenttype,
    traceparent,
    tracestate,
    data: eventDataSchema().describe('The data of the event as of this revision.'),
  })
  .meta({
    id: 'RecordedEvent',
    description: 'An event as it is stored: a complete CloudEvent (CloudEvents 1.0).',
  }) satisfies z.ZodType<CloudEvent>;

/** The response to a write. A conflict shows the stored revision in the same form. */
export const acknowledgementSchema = z
  .object({
    id: eventIdField,
    revision: revisionField,
    recordedAt: recordedAtField,
    event: recordedEventSchema,
    warnings: warningsField,
  })
  .meta({ id: 'Acknowledgement', description: 'The stored revision.' });

export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** A stored revision as its newsroom sees it. */
export function acknowledgementOf({ eventId, revision, recordedAt, event }: Revision): Acknowledgement {
  return { id: eventId, revision, recordedAt, event };
}
