import type { Extent } from '../../../events/dates/extent.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { feedEntryKey, type Item, markerKey, revisionKey } from './event-log-table.ts';

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
  /** Facets of this and of all earlier revisions of the event: everyone for whom any of them was meant. */
  readonly facets: readonly string[];
  /** Pointers to the fields that this revision changed. */
  readonly changed: readonly string[];
}

/** An extent as short text, since each feed entry and each marker holds one. */
function textOf({ earliest, latest, civilEarliest, civilLatest, kind, precision, known }: Extent): string {
  return JSON.stringify([earliest, latest, civilEarliest, civilLatest, kind, precision, ...(known ? [known] : [])]);
}

function extentOfText(text: string): Extent {
  const [earliest, latest, civilEarliest, civilLatest, kind, precision, known] = JSON.parse(text);
  return { earliest, latest, civilEarliest, civilLatest, kind, precision, ...(known && { known }) };
}

function withExtent({ extent, ...fields }: Item): Item {
  return { ...fields, ...(typeof extent === 'string' && { extent: extentOfText(extent) }) };
}

/** A revision as an item. */
export function revisionItem(revision: Revision, correlationId: string): Item {
  const { eventId, event, revision: number, ...rest } = revision;
  return { ...revisionKey(eventId, number), ...rest, correlationId, event: JSON.stringify(event) };
}

/** The revision that an item holds. */
export function revisionOfItem(item: Item): LoggedRevision {
  const { pk, sk, event, ...rest } = item as { pk: string; sk: string; event: string } & Item;
  return { ...rest, eventId: pk.slice(2), revision: Number(sk.slice(2)), event: JSON.parse(event) } as LoggedRevision;
}

/** The marker of a revision that has its place in the record. */
export function markerItem({ eventId, revision, position, publishedAt, extent }: PublishedRevision): Item {
  return { ...markerKey(eventId, revision), position, publishedAt, ...(extent && { extent: textOf(extent) }) };
}

/** The place that a marker holds. */
export function placeOfItem({ pk: _pk, sk: _sk, ...place }: Item): Place {
  return withExtent(place) as unknown as Place;
}

/** An entry of the feed as an item. */
export function feedItem(entry: FeedEntry): Item {
  const { position, event, facets, changed, extent, ...rest } = entry;
  return {
    ...feedEntryKey(position),
    ...rest,
    ...(extent && { extent: textOf(extent) }),
    position,
    event: JSON.stringify(event),
    facets,
    ...(changed.length > 0 && { changed }),
  };
}

/** The entry of the feed that an item holds. */
export function feedEntryOfItem({ pk: _pk, sk: _sk, event, ...rest }: Item): FeedEntry {
  return { changed: [], ...withExtent(rest), event: JSON.parse(event as string) } as unknown as FeedEntry;
}
