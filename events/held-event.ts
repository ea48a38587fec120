import * as z from 'zod';
import { dayMs } from './dates/durations.ts';
import type { CloudEvent } from './event.ts';
import { InvalidInput } from './input/errors.ts';

/** A year, in which there may be a 29 February. */
export const longestEmbargoMs = 366 * dayMs;

/** Why an event was not published when its time had come. */
export const heldConflictReasons = ['taken', 'story-closed'] as const;

export const heldConflictSchema = z.object({
  reason: z.enum(heldConflictReasons),
  detail: z.string(),
  at: z.string(),
});

/** An event that its newsroom has sent, to be published later. It is in no table but that of held events. */
export interface HeldEvent {
  /** The id that it will have in the record. Nothing is reserved: it is taken at publication. */
  readonly eventId: string;
  readonly newsroom: string;
  readonly event: CloudEvent;
  /** Digest of its content. */
  readonly digest: string;
  /** RFC 3339 in UTC with milliseconds, as `heldAt`. */
  readonly publishAt: string;
  readonly heldAt: string;
  /** Its place in its batch: of two events of one instant, the one that was sent first is published first. */
  readonly place: number;
  /** Rises with each change, by which a change notices another. */
  readonly version: number;
  /** Whether its publication has begun. From then on nothing changes it. */
  readonly isPublishing?: true;
  readonly conflict?: Readonly<z.infer<typeof heldConflictSchema>>;
}

/** What a held event counts against the limit of its newsroom: its size as JSON. */
export const heldBytesOf = ({ event }: HeldEvent): number => Buffer.byteLength(JSON.stringify(event));

/**
 * The instant at which an event is to be published, in UTC with milliseconds. Finer digits are rounded up, so that
 * nothing is published before its time.
 *
 * @param text an instant of RFC 3339
 * @param now epoch milliseconds
 * @throws {InvalidInput} naming `publishAt`, if it has passed or is more than a year ahead
 */
export function publishAtOf(text: string, now: number): string {
  const refusal = (detail: string) => new InvalidInput([{ parameter: 'publishAt', detail }]);
  // JavaScript knows no leap second: the second after it is the next instant.
  const [, before = text, fraction = '', offset = ''] =
    /^(.*:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.exec(text.toUpperCase().replace(/:60(\.\d+)?(?=[Z+-])/, ':59.999999')) ??
    [];
  const finer = Math.ceil(Number(`0${fraction}`) * 1_000 - 1e-9);
  const publishAtMs = Date.parse(`${before}${offset}`) + finer;
  if (!(publishAtMs > now)) {
    throw refusal('Has passed. Leave it out to publish the event now; if it is published already, that is a replay.');
  }
  if (publishAtMs > now + longestEmbargoMs) throw refusal('Is more than a year ahead. Send the event later.');
  return new Date(publishAtMs).toISOString();
}
