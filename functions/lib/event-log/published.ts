import { type PublicationTimes, revisionAt } from '../../../events/publication-times.ts';
import type { Place, PublishedRevision, Revision } from '../../../events/revision.ts';
import { batchGetOf, type KeysOfTable } from '../runtime/batch-get.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { type Item, type ItemKey, keyOfItem, UnreadableItem } from '../runtime/stored-item.ts';
import {
  keysInLog,
  markerKey,
  markerPrefix,
  readItems,
  revisionKey,
  revisionOfKey,
  revisionPrefix,
} from './event-log-table.ts';
import { readEntry } from './feed.ts';
import { itemsBetween, latestMarker, latestRevision, readMarker } from './log.ts';
import {
  type FeedEntry,
  type LoggedRevision,
  type Marker,
  markerOfItem,
  publishedRevision,
  revisionOfItem,
} from './log-items.ts';

/** The items of a transaction may become visible one by one, within a moment. */
const maximumAttempts = 5;
const firstPauseMs = 40;

/** The number and the place of a revision in the feed. */
export interface PlacedRevision extends Place {
  readonly eventId: string;
  readonly revision: number;
}

/** The latest published revision of an event. */
export interface LatestPublished {
  /** Null if none is published yet. */
  readonly published: PublishedRevision | null;
  /** Whether a later revision was accepted and is not published yet. */
  readonly waiting: boolean;
}

const nameOf = ({ pk, sk }: ItemKey) => `${pk} ${sk}`;

const byKey = (items: readonly Item[]) => new Map(items.map((item) => [nameOf(keyOfItem(item)), item]));

/**
 * Reads the contents of published revisions.
 *
 * @param alsoMarked revisions whose markers must be visible too. Their content is not needed
 * @returns a function from a place to its published revision, which throws UnreadableItem when this release cannot read
 *   the revision
 * @throws {IncompleteRead} when one of them is not visible yet
 */
export async function readContents(
  places: readonly PlacedRevision[],
  consistency: Consistency,
  alsoMarked: readonly Pick<PlacedRevision, 'eventId' | 'revision'>[] = [],
): Promise<(place: PlacedRevision) => PublishedRevision> {
  const keyOf = ({ eventId, revision }: PlacedRevision) => revisionKey(eventId, revision);
  const wanted = [...places.map(keyOf), ...alsoMarked.map(({ eventId, revision }) => markerKey(eventId, revision))];
  const keys = [...new Map(wanted.map((key) => [nameOf(key), key])).values()];
  const found = byKey(await readItems(keys, consistency));
  const missing = keys.filter((key) => !found.has(nameOf(key)));
  // A replica may not have them yet, but a published revision was appended before.
  const late = missing.length > 0 ? await readItems(missing, 'consistent') : [];
  for (const item of late) found.set(nameOf(keyOfItem(item)), item);
  if (late.length < missing.length) throw new IncompleteRead('A revision of the feed is not visible yet.');
  return (place) => publishedRevision(revisionOfItem(found.get(nameOf(keyOf(place))) as Item), place);
}

/** A revision, and whether a later one of its event has a place. */
export interface SendableRevision {
  readonly logged: LoggedRevision;
  readonly isLatest: boolean;
}

/**
 * Reads up to 40 revisions, each with whether it is the latest that is published, in one call; consistently.
 *
 * @param beside what else is read in the same call
 * @returns a function of a revision, which throws UnreadableItem when this release cannot read it, and IncompleteRead
 *   when it is not visible yet; and the items that were read beside
 */
export async function readSendable(
  revisions: readonly Pick<PlacedRevision, 'eventId' | 'revision'>[],
  beside: KeysOfTable,
): Promise<{
  readonly revisionOf: (of: Pick<PlacedRevision, 'eventId' | 'revision'>) => SendableRevision;
  readonly beside: readonly Item[];
}> {
  const wanted = revisions.flatMap(({ eventId, revision }) => [
    revisionKey(eventId, revision),
    markerKey(eventId, revision + 1),
  ]);
  const keys = [...new Map(wanted.map((key) => [nameOf(key), key])).values()];
  const [items = [], others = []] = await batchGetOf([keysInLog(keys), beside], 'consistent');
  const found = byKey(items);
  const revisionOf = ({ eventId, revision }: Pick<PlacedRevision, 'eventId' | 'revision'>) => {
    const item = found.get(nameOf(revisionKey(eventId, revision)));
    if (!item) throw new IncompleteRead(`Revision ${revision} of ${eventId} is not visible yet.`);
    return { logged: revisionOfItem(item), isLatest: !found.has(nameOf(markerKey(eventId, revision + 1))) };
  };
  return { revisionOf, beside: others };
}

/** When events were first published, by id; RFC 3339. */
export async function firstPublications(
  eventIds: readonly string[],
  consistency: Consistency,
): Promise<ReadonlyMap<string, string>> {
  const read = async (ids: readonly string[], asRead: Consistency) =>
    (
      await readItems(
        ids.map((id) => markerKey(id, 0)),
        asRead,
      )
    ).map(markerOfItem);
  const found = await read(eventIds, consistency);
  const known = new Set(found.map(({ eventId }) => eventId));
  const missing = eventIds.filter((id) => !known.has(id));
  // A replica may not have them yet.
  const late = missing.length > 0 ? await read(missing, 'consistent') : [];
  return new Map([...found, ...late].map(({ eventId, publishedAt }) => [eventId, publishedAt]));
}

/** One revision of an event by its number; null if it is not published. */
export async function readPublished(
  eventId: string,
  revision: number,
  consistency: Consistency,
): Promise<PublishedRevision | null> {
  const keys = [markerKey(eventId, revision), revisionKey(eventId, revision)];
  const found = byKey(await readItems(keys, consistency));
  const [marker, content] = keys.map((key) => found.get(nameOf(key)));
  if (marker && content) return publishedRevision(revisionOfItem(content), markerOfItem(marker));
  return isConsistent(consistency) ? null : readPublished(eventId, revision, 'consistent');
}

/**
 * The latest published revision of an event. If a replica has none, or only a part of it, the read is repeated
 * consistently.
 */
export async function latestPublished(eventId: string, consistency: Consistency): Promise<LatestPublished> {
  const [marker, latest] = await Promise.all([
    latestMarker(eventId, consistency),
    latestRevision(eventId, consistency),
  ]);
  if (!isConsistent(consistency) && (!marker || !latest || latest.revision < marker.revision))
    return latestPublished(eventId, 'consistent');
  if (!marker || !latest) return { published: null, waiting: latest !== null };
  if (latest.revision === marker.revision) return { published: publishedRevision(latest, marker), waiting: false };
  return { published: await readPublished(eventId, marker.revision, consistency), waiting: true };
}

/** The marker of a revision that has one. @throws {IncompleteRead} while it is not visible */
async function visibleMarker(eventId: string, revision: number): Promise<Marker> {
  const marker = await readMarker(eventId, revision);
  if (!marker) throw new IncompleteRead(`The marker of revision ${revision} of ${eventId} is not visible yet.`);
  return marker;
}

async function numberAt(eventId: string, times: PublicationTimes, instant: number): Promise<number | null> {
  const found = revisionAt(times, instant);
  if (found === null || 'revision' in found) return found?.revision ?? null;
  return numberAt(eventId, (await visibleMarker(eventId, found.marker)).times, instant);
}

/**
 * The revision of an event that was the latest at an instant, read consistently.
 *
 * @param instant RFC 3339
 * @returns null if the event was not published by then
 */
export async function publishedAsOf(eventId: string, instant: string): Promise<PublishedRevision | null> {
  const latest = await latestMarker(eventId, 'consistent');
  if (!latest) return null;
  const revision = await numberAt(eventId, latest.times, Date.parse(instant));
  return revision === null ? null : readPublished(eventId, revision, 'consistent');
}

/**
 * The entry of the last revision that an event had by an earlier place in the record, read consistently.
 *
 * @param entry a later entry of the same event
 * @returns null if the event was not published by then
 */
export async function entryAsOf({ eventId, revision }: FeedEntry, { publishedAt }: Place): Promise<FeedEntry | null> {
  const { times } = await visibleMarker(eventId, revision);
  const number = await numberAt(eventId, times, Date.parse(publishedAt));
  return number === null ? null : readEntry((await visibleMarker(eventId, number)).position);
}

/** Consecutive published revisions of an event. */
export interface PublishedPage {
  /** The revision before the first of them; null if they begin with the first. */
  readonly before: PublishedRevision | null;
  readonly revisions: readonly PublishedRevision[];
  readonly more: boolean;
}

/** Makes a revision up for one that this release cannot read. */
export type StandIn = (unreadable: Pick<Marker, 'eventId' | 'revision' | 'kind'>) => Revision;

function publishedAt(item: Item, marker: Marker, standIn: StandIn | undefined): PublishedRevision {
  const { position, publishedAt } = marker;
  try {
    return publishedRevision(revisionOfItem(item), marker);
  } catch (error) {
    if (!standIn || !(error instanceof UnreadableItem)) throw error;
    return { ...standIn(marker), position, publishedAt };
  }
}

async function readPageOfRevisions(
  eventId: string,
  after: number,
  limit: number,
  standIn: StandIn | undefined,
): Promise<PublishedPage> {
  const first = Math.max(0, after);
  const page = await itemsBetween(
    eventId,
    revisionKey(eventId, first).sk,
    `${revisionPrefix}~`,
    after < 0 ? limit : limit + 1,
  );
  const logged = page.items.map((item) => ({ item, revision: revisionOfKey(keyOfItem(item)) }));
  const last = logged.at(-1)?.revision ?? first;
  const markers = await itemsBetween(eventId, markerKey(eventId, first).sk, markerKey(eventId, last).sk);
  const places = new Map(markers.items.map(markerOfItem).map((marker) => [marker.revision, marker]));
  const end = logged.findIndex(({ revision }) => !places.has(revision));
  const waiting = end < 0 ? [] : logged.slice(end);
  if (waiting.some(({ revision }) => places.has(revision))) {
    throw new IncompleteRead(`A marker of ${eventId} is not visible yet.`);
  }
  const published = logged
    .slice(0, end < 0 ? logged.length : end)
    .map(({ item, revision }) => publishedAt(item, places.get(revision) as Marker, standIn));
  const hasBefore = after >= 0 && published[0]?.revision === after;
  return {
    before: hasBefore ? (published[0] as PublishedRevision) : null,
    revisions: hasBefore ? published.slice(1) : published,
    more: waiting.length === 0 && page.more,
  };
}

/**
 * Published revisions of an event in order, up to a limit or 1 MB; read consistently.
 *
 * @param after the number of the revision before the first of them; -1 to begin with the first
 * @param standIn makes up revisions that this release cannot read
 * @throws {IncompleteRead} when one of them is not visible yet, although a later one is
 * @throws {UnreadableItem} when this release cannot read one of them, and nothing is made up for it
 */
export function publishedPage(
  eventId: string,
  after: number,
  limit: number,
  standIn?: StandIn,
): Promise<PublishedPage> {
  return retry(() => readPageOfRevisions(eventId, after, limit, standIn), {
    maximumAttempts,
    firstPauseMs,
    isRetryable: (error) => error instanceof IncompleteRead,
  });
}

/**
 * The markers of the revisions after one, in order, read consistently. `waiting` says whether further revisions were
 * accepted whose markers are not visible: they are not published yet, or visible only in part.
 */
export async function laterMarkers(eventId: string, after: number): Promise<{ markers: Marker[]; waiting: boolean }> {
  const markers: Marker[] = [];
  for (let more = true; more; ) {
    const low = markerKey(eventId, (markers.at(-1)?.revision ?? after) + 1).sk;
    const page = await itemsBetween(eventId, low, `${markerPrefix}~`);
    markers.push(...page.items.map(markerOfItem));
    more = page.more;
  }
  const isWhole = markers.every(({ revision }, index) => revision === after + 1 + index);
  const latest = await latestRevision(eventId);
  return { markers, waiting: !isWhole || (latest?.revision ?? 0) > after + markers.length };
}
