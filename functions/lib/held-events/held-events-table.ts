import * as z from 'zod';
import type { CloudEvent } from '../../../events/event.ts';
import { type HeldEvent, heldConflictSchema } from '../../../events/held-event.ts';
import { environment } from '../runtime/environment.ts';
import { type ItemKey, jsonText, storedItem } from '../runtime/stored-item.ts';

/** Events that are held until their time. They stand outside the log, from which nothing is deleted. */
export const heldEventsTable = environment('HELD_EVENTS_TABLE');

/**
 * What is due is spread over so many partitions by event, not by time: everybody publishes at noon, and at no time is
 * one of them hot.
 */
export const dueShards = 2;

const placeDigits = 3;

/** The prefix of held events with their content. */
export const contentPrefix = 'E#';

/** The prefix of a newsroom's list, by time of publication. */
export const listPrefix = 'T#';

export const newsroomPartition = (newsroom: string): string => `N#${newsroom}`;
export const duePartition = (shard: number): string => `DUE#${shard}`;

/** The order of publication. Keys of equal instants are in the order in which the events were sent. */
export const orderOf = ({ publishAt, heldAt, place, eventId }: HeldEvent): string =>
  [publishAt, heldAt, String(place).padStart(placeDigits, '0'), eventId].join('#');

/** What a key in the order of publication says of its event. */
export function ofOrder(order: string): Pick<HeldEvent, 'publishAt' | 'eventId'> {
  const [publishAt = '', , , eventId = ''] = order.split('#');
  return { publishAt, eventId };
}

/** The key of a held event with its content. */
export const contentKey = (newsroom: string, eventId: string): ItemKey => ({
  pk: newsroomPartition(newsroom),
  sk: `${contentPrefix}${eventId}`,
});

/** The key of how much a newsroom holds. */
export const totalKey = (newsroom: string): ItemKey => ({ pk: newsroomPartition(newsroom), sk: 'TOTAL' });

/** The key of its entry in the list of its newsroom. */
export const listKey = (held: HeldEvent): ItemKey => ({
  pk: newsroomPartition(held.newsroom),
  sk: `${listPrefix}${orderOf(held)}`,
});

/** The key of its entry among what is to be published. */
export function dueKey(held: HeldEvent): ItemKey {
  const last = held.eventId.charCodeAt(held.eventId.length - 1);
  return { pk: duePartition(last % dueShards), sk: orderOf(held) };
}

/** Under this name a dry run remembers what it would have written. */
export const unwrittenName = (newsroom: string, eventId: string): string => `held ${newsroom} ${eventId}`;

/** Under this name a dry run remembers how much a newsroom would hold. */
export const unwrittenTotalName = (newsroom: string): string => `held total ${newsroom}`;

const heldSchema = (): z.ZodType<HeldEvent> =>
  z.object({
    eventId: z.string(),
    newsroom: z.string(),
    event: jsonText(z.custom<CloudEvent>((value) => typeof value === 'object' && value !== null)),
    digest: z.string(),
    publishAt: z.string(),
    heldAt: z.string(),
    place: z.int(),
    version: z.int(),
    isPublishing: z.literal(true).exactOptional(),
    conflict: heldConflictSchema.exactOptional(),
  });

export const heldEvents = storedItem({ kind: 'held event', version: 1, schema: heldSchema });

const entrySchema = () => z.object({ eventId: z.string(), newsroom: z.string(), publishAt: z.string() });

/** An entry in a list of held events. It has no content. */
export type HeldEntry = Readonly<z.infer<ReturnType<typeof entrySchema>>>;

export const heldEntries = storedItem({ kind: 'entry of a held event', version: 1, schema: entrySchema });

const totalSchema = () => z.object({ events: z.int(), bytes: z.int() });

/** How many events a newsroom holds, and their size as JSON. */
export type HeldTotal = Readonly<z.infer<ReturnType<typeof totalSchema>>>;

export const heldTotals = storedItem({ kind: 'total of held events', version: 1, schema: totalSchema });
