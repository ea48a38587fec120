import * as z from 'zod';
import { type Extent, extentSchema } from '../../../events/dates/extent.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { type PublishedRevision, type Revision, revisionKinds } from '../../../events/revision.ts';
import { attributesOf, type Item, jsonText, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { eventIdOfKey, feedEntryKey, markerKey, revisionKey, revisionOfKey } from './event-log-table.ts';

/** Where a revision is in the record, and when it happened by the rules of zones at that time. */
export type Place = Pick<PublishedRevision, 'position' | 'publishedAt' | 'extent'>;

/** A revision as it is in the log, with its place in the record once it has one. */
export interface LoggedRevision extends Revision {
  /** The request that brought it, to follow it through the logs. */
  readonly correlationId: string;
  readonly published?: Place;
}

/** An entry of the feed: a published revision that can be shown without a look at any other item. */
export interface FeedEntry extends PublishedRevision {
  readonly correlationId: string;
  /** Facets of this and of all earlier revisions of the event. */
  readonly facets: readonly string[];
  /** Pointers to the fields that this revision changed. */
  readonly changed: readonly string[];
}

function isEvent(value: unknown): boolean {
  const { type, subject, data } = (value ?? {}) as Partial<CloudEvent>;
  return typeof type === 'string' && typeof subject === 'string' && typeof data === 'object' && data !== null;
}

/**
 * The event was checked by the catalogue when it was accepted. It is not checked by today's, which may be stricter: an event
 * once accepted stays readable.
 */
const eventText = jsonText(z.custom<CloudEvent>(isEvent, 'is not an event'));

const { earliest, latest, civilEarliest, civilLatest, kind, precision, known } = extentSchema.shape;
const extentList = z.tuple([earliest, latest, civilEarliest, civilLatest, kind, precision, known]);

function listOf(extent: Extent): z.infer<typeof extentList> {
  const { earliest, latest, civilEarliest, civilLatest, kind, precision, known } = extent;
  const list = [earliest, latest, civilEarliest, civilLatest, kind, precision] as const;
  return known ? [...list, known] : [...list];
}

function extentOfList([earliest, latest, civilEarliest, civilLatest, kind, precision, known]: z.infer<
  typeof extentList
>) {
  return { earliest, latest, civilEarliest, civilLatest, kind, precision, ...(known && { known }) };
}

/** An extent as a list, which is short: each feed entry and each marker holds one. */
const extentText = jsonText(z.codec(extentList, extentSchema, { decode: extentOfList, encode: listOf }));

const strings = z.array(z.string()).readonly();

const placeFields = {
  position: z.int(),
  publishedAt: z.string(),
  extent: extentText.exactOptional(),
};

const revisionFields = {
  kind: z.enum(revisionKinds),
  event: eventText,
  note: z.string().exactOptional(),
  digest: z.string(),
  recordedAt: z.string(),
  newsroom: z.string(),
  correlationId: z.string(),
};

const revisions = storedItem({
  kind: 'revision',
  version: 1,
  schema: z.object({ ...revisionFields, pastFacets: strings.exactOptional() }),
});

const markers = storedItem({ kind: 'marker', version: 1, schema: z.object(placeFields) });

const feedEntries = storedItem({
  kind: 'feed entry',
  version: 1,
  schema: z.object({
    eventId: z.string(),
    revision: z.int(),
    ...revisionFields,
    ...placeFields,
    facets: strings,
    changed: strings.exactOptional(),
  }),
});

/** These attributes keep their names and types in every version. */
const feedPlace = z.object({ position: z.int(), publishedAt: z.string() });
const readablePart = feedPlace.extend({
  eventId: z.string(),
  revision: z.int(),
  kind: z.enum(revisionKinds),
  note: z.string().exactOptional(),
  facets: strings.exactOptional(),
});

/** Where in the feed an entry is. */
export type FeedPlace = Readonly<z.infer<typeof feedPlace>>;

/** What is known of a feed entry without its event. */
export type ReadablePart = Readonly<z.infer<typeof readablePart>>;

export function revisionItem({ eventId, revision, ...rest }: Revision, correlationId: string): Item {
  return revisions.write(revisionKey(eventId, revision), { ...rest, correlationId });
}

export function revisionOfItem(item: Item): LoggedRevision {
  const key = keyOfItem(item);
  return { ...revisions.read(item), eventId: eventIdOfKey(key), revision: revisionOfKey(key) };
}

export function markerItem({ eventId, revision, position, publishedAt, extent }: PublishedRevision): Item {
  return markers.write(markerKey(eventId, revision), { position, publishedAt, ...(extent && { extent }) });
}

/** The number of a revision and its place, from its marker. */
export function placeOfItem(item: Item): [revision: number, place: Place] {
  return [revisionOfKey(keyOfItem(item)), markers.read(item)];
}

export function feedItem({ changed, ...entry }: FeedEntry): Item {
  return feedEntries.write(feedEntryKey(entry.position), { ...entry, ...(changed.length > 0 && { changed }) });
}

export function feedEntryOfItem(item: Item): FeedEntry {
  return { changed: [], ...feedEntries.read(item) };
}

/** The place of an entry, whatever the version of its item. */
export function feedPlaceOfItem(item: Item): FeedPlace {
  return feedPlace.parse(attributesOf(item));
}

/** What is known of an entry whose event cannot be read, whatever the version of its item. */
export function readablePartOfItem(item: Item): ReadablePart {
  return readablePart.parse(attributesOf(item));
}
