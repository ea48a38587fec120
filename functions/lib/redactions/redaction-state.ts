import * as z from 'zod';
import { redactionSchema } from '../../../events/redaction.ts';
import type { Revision } from '../../../events/revision.ts';

const requestShape = () => ({
  eventId: z.string(),
  /** The number of the revision that takes the content down. */
  revision: z.int(),
  ...redactionSchema().unwrap().shape,
  /** The newsroom that the event belongs to. */
  newsroom: z.string(),
  /** The slug of the story of the event. */
  story: z.string().exactOptional(),
  /** RFC 3339, as are all instants here. */
  requestedAt: z.string(),
});

/** What the list holds of a redaction. */
export const listedSchema = () =>
  z.object({
    ...requestShape(),
    /** Absent if the note was taken down too. */
    note: z.string().exactOptional(),
    /** When its content was nowhere any more. */
    doneAt: z.string().exactOptional(),
  });

/** What is done with a redaction next, in this order. */
export const redactionSteps = [
  /** It gets its position. */
  'publish',
  /** Timelines and Subscribers are erased. */
  'erase',
  /** The log is blanked. */
  'blank',
  /** Caches are invalidated. */
  'invalidate',
  /** They are invalidated again, once requests that were in flight are over. */
  'invalidateAgain',
  /** Timelines and Subscribers are looked through again. */
  'check',
] as const;

/** What is stored of a redaction that is not done. */
export const openSchema = () =>
  z.object({
    ...requestShape(),
    /** Only until the list has it: the list alone forgets it if it is taken down too. */
    note: z.string().exactOptional(),
    step: z.enum(redactionSteps),
    /** The position of the redaction; absent before it is published. */
    position: z.int().exactOptional(),
    /** The first revision that may not be blank yet. Absent before anything is blanked. */
    next: z.int().exactOptional(),
    /** When the log was blank. */
    blankedAt: z.string().exactOptional(),
    /** When the caches were invalidated first. */
    invalidatedAt: z.string().exactOptional(),
  });

/** A redaction in the list. */
export type ListedRedaction = Readonly<z.infer<ReturnType<typeof listedSchema>>>;

/** A redaction that is not done, and how far it has come. */
export type OpenRedaction = Readonly<z.infer<ReturnType<typeof openSchema>>>;

/** A redaction as the list has it. @param revision the revision that takes content down */
export function listedBy({
  eventId,
  revision,
  event,
  note,
  redaction,
  newsroom,
  recordedAt,
}: Revision): ListedRedaction {
  if (!redaction) throw new TypeError('The revision is no redaction.');
  const { reason, revisions, by } = redaction;
  return {
    eventId,
    revision,
    ...(note !== undefined && { note }),
    reason,
    ...(revisions && { revisions }),
    by,
    newsroom,
    story: event.subject,
    requestedAt: recordedAt,
  };
}
