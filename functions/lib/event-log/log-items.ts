import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { type Extent, extentSchema } from '../../../events/dates/extent.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { type DateSpan, type EventValues, noValues } from '../../../events/event-values.ts';
import { byList, type FilterList, filterLists, filterTable } from '../../../events/filters/filter-table.ts';
import { maximumEventBytes } from '../../../events/input/limits.ts';
import { once } from '../../../events/input/once.ts';
import { parseOptions } from '../../../events/input/parse-options.ts';
import type { PublicationTimes } from '../../../events/publication-times.ts';
import { redactionSchema } from '../../../events/redaction.ts';
import {
  type Place,
  type PublishedRevision,
  type Revision,
  type RevisionKind,
  revisionKinds,
} from '../../../events/revision.ts';
import { plainText, storedText, textBytesOf } from '../runtime/compression.ts';
import { attributesOf, type Item, jsonText, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { eventIdOfKey, feedEntryKey, markerKey, revisionKey, revisionOfKey } from './event-log-table.ts';

/** A revision in the log, whether it is published yet or not. */
export interface LoggedRevision extends Revision {
  /** The id of the request that appended it, by which it can be found in the logs of all functions. */
  readonly correlationId: string;
}

/** The place of a published revision. It is stored beside the revision, which need not be read for it. */
export interface Marker extends Place {
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  /** When it and all earlier revisions of the event were published. */
  readonly times: PublicationTimes;
}

/**
 * An entry of the feed: the revision at a position, and the values by which filters find it. The revision itself has
 * the content.
 */
export interface FeedEntry extends Place {
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly type: string;
  readonly story: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  /** The values of this and of all earlier revisions of the event. */
  readonly values: EventValues;
  /** The place of the revision before it; absent for the first. */
  readonly previous?: Place;
}

function isEvent(value: unknown): boolean {
  const { type, subject, data } = (value ?? {}) as Partial<CloudEvent>;
  return typeof type === 'string' && typeof subject === 'string' && typeof data === 'object' && data !== null;
}

/**
 * The catalogue checked the event when it was accepted. It is not checked again, since the catalogue may be stricter by
 * now and an accepted event must stay readable.
 */
const eventText = () => jsonText(z.custom<CloudEvent>(isEvent, 'is not an event'));

/**
 * A revision has some 450 bytes besides the text of its event. With a text up to this size it takes one write unit (1
 * KB). The size of the text alone decides: updates of a revision do not know what else it has. See record 87.
 */
const uncompressedEventBytes = 560;

const spanList = once(() => {
  const { earliest, latest, civilEarliest, civilLatest, kind, known } = extentSchema.shape;
  return z.tuple([earliest, latest, civilEarliest, civilLatest, kind, known]);
});

type SpanList = z.infer<ReturnType<typeof spanList>>;

function listOfSpan({ earliest, latest, civilEarliest, civilLatest, kind, known }: DateSpan): SpanList {
  const list = [earliest, latest, civilEarliest, civilLatest, kind] as const;
  return known ? [...list, known] : [...list];
}

function spanOfList([earliest, latest, civilEarliest, civilLatest, kind, known]: SpanList): DateSpan {
  return { earliest, latest, civilEarliest, civilLatest, kind, ...(known && { known }) };
}

/** An extent as a list, which is shorter than an object. */
const extentText = () =>
  jsonText(
    z.codec(z.tuple([extentSchema.shape.precision, spanList()]), extentSchema, {
      decode: ([precision, list]) => ({ ...spanOfList(list), precision }),
      encode: (extent: Extent): [Extent['precision'], SpanList] => [extent.precision, listOfSpan(extent)],
    }),
  );

const strings = once(() => z.array(z.string()).readonly());

const valuesSchema = () =>
  z.object({
    ...byList(strings),
    spans: z.array(extentSchema.omit({ precision: true })).readonly(),
    removed: z.literal(true).exactOptional(),
  });

/** Lists of values by the attributes of cards, without empty lists, which keeps the entries of the feed small. */
const valuesRecord = () =>
  z.object({ x: z.array(spanList()).exactOptional(), r: z.literal(true).exactOptional() }).catchall(strings());

type ValuesRecord = z.infer<ReturnType<typeof valuesRecord>>;

function valuesOfRecord({ x = [], r, ...lists }: ValuesRecord): EventValues {
  const listOf = (list: FilterList) => lists[filterTable[list].attribute] ?? noValues[list];
  return { ...byList<readonly string[]>(listOf), spans: x.map(spanOfList), ...(r && { removed: r }) };
}

function recordOfValues({ spans, removed, ...lists }: EventValues): ValuesRecord {
  const used = filterLists.filter((list) => lists[list].length > 0);
  const members = used.map((list) => [filterTable[list].attribute, lists[list]]);
  return {
    ...Object.fromEntries(members),
    ...(spans.length > 0 && { x: spans.map(listOfSpan) }),
    ...(removed && { r: removed }),
  };
}

const valuesText = once(() =>
  jsonText(z.codec(valuesRecord(), valuesSchema(), { decode: valuesOfRecord, encode: recordOfValues })),
);

/** Times in base 36, to the millisecond: eight characters each. */
const timesText = () =>
  z.codec(z.string(), z.custom<PublicationTimes>(), {
    decode(text) {
      const [blocks = [], lastBlock = []] = text
        .split(';')
        .map((list) => list.split(',').map((one) => Number.parseInt(one, 36)));
      return { blocks, lastBlock };
    },
    encode: ({ blocks, lastBlock }) =>
      [blocks, lastBlock].map((list) => list.map((time) => time.toString(36)).join(',')).join(';'),
  });

const placeSchema = once(() => z.object({ position: z.int(), publishedAt: z.string() }));

const revisionSchema = once(() =>
  z.object({
    kind: z.enum(revisionKinds),
    event: storedText(uncompressedEventBytes).pipe(eventText()),
    note: z.string().exactOptional(),
    digest: z.string(),
    recordedAt: z.string(),
    newsroom: z.string(),
    by: z.string().exactOptional(),
    ownedFrom: z.int().exactOptional(),
    correlationId: z.string(),
    extent: extentText().exactOptional(),
    changed: strings().exactOptional(),
    unlisted: strings().exactOptional(),
    correction: z.object({ note: z.string(), at: z.string(), changed: strings() }).exactOptional(),
    carried: valuesText().exactOptional(),
    follows: z.object({ eventId: z.string(), revision: z.int() }).exactOptional(),
    redaction: jsonText(redactionSchema()).exactOptional(),
    redactedBy: z.int().exactOptional(),
    commitment: z.string().exactOptional(),
    salt: z.string().exactOptional(),
  }),
);

/** Version 2 had no compressed text, but an update of such a revision may have compressed it. */
const revisions = storedItem({
  kind: 'revision',
  version: 3,
  schema: revisionSchema,
  earlier: { 2: revisionSchema },
});

const markers = storedItem({
  kind: 'marker',
  version: 2,
  schema: () => placeSchema().extend({ kind: z.enum(revisionKinds), times: timesText() }),
});

const feedEntries = storedItem({
  kind: 'feed entry',
  version: 2,
  schema: () =>
    placeSchema().extend({
      eventId: z.string(),
      revision: z.int(),
      kind: z.enum(revisionKinds),
      type: z.string(),
      story: z.string(),
      recordedAt: z.string(),
      correlationId: z.string(),
      values: valuesText(),
      previous: placeSchema().exactOptional(),
    }),
});

/** These attributes keep their names and types in every version. */
const readablePart = once(() =>
  placeSchema().extend({ eventId: z.string(), revision: z.int(), kind: z.enum(revisionKinds) }),
);

/** The attributes of a feed entry that can be read even if the rest cannot. */
export type ReadablePart = Readonly<z.infer<ReturnType<typeof readablePart>>>;

/** A revision as an item. */
export function revisionItem({ eventId, revision, ...rest }: Revision, correlationId: string): Item {
  return revisions.write(revisionKey(eventId, revision), { ...rest, correlationId });
}

/** The revision that an item holds. @throws {UnreadableItem} when this release cannot read it */
export function revisionOfItem(item: Item): LoggedRevision {
  const key = keyOfItem(item);
  return { ...revisions.read(item), eventId: eventIdOfKey(key), revision: revisionOfKey(key) };
}

/**
 * The bytes of the event in an item, as text, however it is stored; 0 in an item without one. They are at most those of
 * the largest event: the size in a damaged item may be anything.
 */
export const eventBytesOf = ({ event }: Item): number => Math.min(textBytesOf(event), maximumEventBytes);

/**
 * What an item of the log says, to be compared with another: not its version, and of a revision the event as text. The
 * same event may be stored in another way by another release, and compressed to other bytes on another machine.
 */
export function contentOfItem({ v: _, event, ...item }: Item): Item {
  return event === undefined ? item : { ...item, event: plainText(event) };
}

/** A marker as an item. */
export function markerItem({ eventId, revision, ...rest }: Marker): Item {
  return markers.write(markerKey(eventId, revision), rest);
}

/** The marker that an item holds. @throws {UnreadableItem} when this release cannot read it */
export function markerOfItem(item: Item): Marker {
  const key = keyOfItem(item);
  return { ...markers.read(item), eventId: eventIdOfKey(key), revision: revisionOfKey(key) };
}

/** An entry of the feed as an item. */
export function feedItem(entry: FeedEntry): Item {
  return feedEntries.write(feedEntryKey(entry.position), entry);
}

/** The attributes of a feed entry by which filters find it. */
export const feedValuesItem = (type: string, values: EventValues): Item =>
  marshall({ type, values: z.encode(valuesText(), values) });

/** The entry of the feed that an item holds. @throws {UnreadableItem} when this release cannot read it */
export function feedEntryOfItem(item: Item): FeedEntry {
  return feedEntries.read(item);
}

/** The place of an entry, whatever the version of its item. */
export function placeOfItem(item: Item): Place {
  return placeSchema().parse(attributesOf(item), parseOptions(placeSchema()));
}

/** The readable attributes of an entry that cannot be read, whatever the version of its item. */
export function readablePartOfItem(item: Item): ReadablePart {
  return readablePart().parse(attributesOf(item), parseOptions(readablePart()));
}

/** A revision with its place. */
export function publishedRevision(revision: LoggedRevision, { position, publishedAt }: Place): PublishedRevision {
  const { correlationId: _, ...rest } = revision;
  return { ...rest, position, publishedAt };
}
