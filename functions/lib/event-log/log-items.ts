import * as z from 'zod';
import { type Extent, extentSchema } from '../../../events/dates/extent.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { type PublishedRevision, type Revision, revisionKinds } from '../../../events/revision.ts';
import { attributesOf, type Item, jsonText, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { eventIdOfKey, feedEntryKey, markerKey, revisionKey, revisionOfKey } from './event-log-table.ts';

/** The place of a revision in the record, and the extent of its event by the rules of time zones at that time. */
export type Place = Pick<PublishedRevision, 'position' | 'publishedAt' | 'extent'>;

/** A revision in the log. */
export interface LoggedRevision extends Revision {
  /** The id of the request that appended it, by which it can be found in the logs of all functions. */
  readonly correlationId: string;
  /** Absent until it is published. */
  readonly published?: Place;
}

/** An entry of the feed: a published revision, with all that followers and readers need of it in one item. */
export interface FeedEntry extends PublishedRevision {
  readonly correlationId: string;
  /** The facets of this revision and of all earlier ones of the event. */
  readonly facets: readonly string[];
  /** Pointers to the fields that this revision changed. */
  readonly changed: readonly string[];
}

function isEvent(value: unknown): boolean {
  const { type, subject, data } = (value ?? {}) as Partial<CloudEvent>;
  return typeof type === 'string' && typeof subject === 'string' && typeof data === 'object' && data !== null;
}

/**
 * The catalogue checked the event when it was accepted. It is not checked again, since the catalogue may be stricter by now and
 * an accepted event must stay readable.
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

/** An extent as a list, which is shorter than an object: each feed entry and each marker stores one. */
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

/** The place of an entry in the feed. */
export type FeedPlace = Readonly<z.infer<typeof feedPlace>>;

/** The attributes of a feed entry that can be read even if its event cannot. */
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

/** The number of a revision and its place in the record, from its marker. */
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

/** The readable attributes of an entry whose event cannot be read, whatever the version of its item. */
export function readablePartOfItem(item: Item): ReadablePart {
  return readablePart.parse(attributesOf(item));
}
