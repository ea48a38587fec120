import { emptyEvent } from '../../../events/content-removal.ts';
import type { EventData } from '../../../events/event.ts';
import { sourceOf } from '../../../events/identity.ts';
import { noTimes, withTime } from '../../../events/publication-times.ts';
import { redactedType } from '../../../events/redaction.ts';
import type { Place, Revision, RevisionKind } from '../../../events/revision.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import { type EventItems, itemsIn, logInUse } from '../event-log/log-copy.ts';
import {
  type FeedEntry,
  feedEntryOfItem,
  feedItem,
  type LoggedRevision,
  type Marker,
  markerItem,
  markerOfItem,
  placeOfItem,
  readablePartOfItem,
  revisionItem,
  revisionOfItem,
} from '../event-log/log-items.ts';
import type { ListedRedaction } from '../redactions/redaction-state.ts';
import type { Item } from '../runtime/stored-item.ts';
import { draftOf } from '../sequence/drafts.ts';
import { type LostRange, rangeOf } from './compare-feeds.ts';

/** What neither log has of an event, made again from what there is. */
export interface EventRepair {
  readonly missing: readonly Item[];
  /** The numbers of revisions whose content is lost. */
  readonly lost: readonly number[];
}

const note = 'The content was lost. The record was restored from a backup that does not have it.';

/**
 * What is known of the revision at a place in the feed whose content is lost. Readers see it as they see a revision
 * that was taken down.
 */
function emptyRevision(marker: Marker, entry: FeedEntry | undefined, redaction: ListedRedaction | undefined): Revision {
  const { eventId, revision, kind, publishedAt } = marker;
  const newsroom = redaction?.newsroom ?? entry?.values.newsrooms[0] ?? 'operator';
  const subject = entry?.story ?? redaction?.story ?? 'lost';
  const source = sourceOf(newsroom);
  const event = emptyEvent({ specversion: '1.0', id: '', source, type: redactedType, subject, data: {} as EventData });
  const { reason, by, revisions } = redaction ?? {};
  return {
    eventId,
    revision,
    kind,
    event,
    note: redaction?.note ?? note,
    digest: '',
    recordedAt: redaction?.requestedAt ?? entry?.recordedAt ?? publishedAt,
    newsroom,
    redactedBy: revision,
    ...(reason && by && { redaction: { reason, by, ...(revisions && { revisions }) } }),
  };
}

type Placed = Pick<Marker, 'kind'> & Place;

/** The kind of a revision. That of one whose content and marker are lost is not known. */
const kindOf = ({ revisions }: EventItems, number: number): RevisionKind => {
  const stored = revisions.get(number);
  return stored ? revisionOfItem(stored).kind : number === 0 ? 'recorded' : 'corrected';
};

/** The places of revisions that the entries of an event know: their own, and that of the revision before each. */
async function placesKnown(event: EventItems, entries: readonly FeedEntry[]): Promise<Map<number, Placed>> {
  const positions = [...event.markers.values()].map((marker) => placeOfItem(marker).position);
  const items = await itemsIn(logInUse, [...new Set(positions)].map(feedEntryKey));
  const all = [...entries, ...items.map(feedEntryOfItem).filter(({ eventId }) => eventId === event.eventId)];
  const before = all.flatMap(({ revision, previous }): [number, Placed][] =>
    previous ? [[revision - 1, { kind: kindOf(event, revision - 1), ...previous }]] : [],
  );
  return new Map([...before, ...all.map((entry): [number, Placed] => [entry.revision, entry])]);
}

/** The markers of an event with those that are lost, whose places the feed or the next revision knows. */
function allMarkers({ eventId, markers }: EventItems, known: ReadonlyMap<number, Placed>): Marker[] {
  const last = Math.max(-1, ...markers.keys(), ...known.keys());
  const found: Marker[] = [];
  let times = noTimes;
  for (let revision = 0; revision <= last; revision++) {
    const stored = markers.get(revision);
    const place = known.get(revision);
    if (!stored && !place) return found;
    const made = place && { eventId, revision, times: withTime(times, place), kind: place.kind };
    const marker = stored
      ? markerOfItem(stored)
      : ({ ...made, position: place?.position, publishedAt: place?.publishedAt } as Marker);
    times = marker.times;
    found.push(marker);
  }
  return found;
}

/**
 * Whether an entry may be put at its place: what was published before it since the log was damaged may be later than
 * it.
 */
function fits({ position, publishedAt }: Place, lost: readonly LostRange[]): boolean {
  const range = rangeOf(lost, position);
  return range !== undefined && range.after < publishedAt;
}

/**
 * Makes items of an event again that are lost, from those that there are: a marker from its entry in the feed, the
 * entry from the revision and its marker. A revision whose content is lost, but whose place is known, becomes an empty
 * one.
 *
 * @param event its items in the log in use
 * @param entries its entries in the feed, as far as its markers do not name them
 * @param lost the positions that the feed has lost
 */
export async function repairEvent(
  event: EventItems,
  entries: readonly FeedEntry[],
  redactions: readonly ListedRedaction[],
  lost: readonly LostRange[],
): Promise<EventRepair> {
  const markers = allMarkers(event, await placesKnown(event, entries));
  const found = await itemsIn(
    logInUse,
    markers.map(({ position }) => feedEntryKey(position)),
  );
  const present = new Map(found.map((item) => [readablePartOfItem(item).position, item]));
  const missing: Item[] = [];
  const emptied: number[] = [];
  let previous: Place | undefined;
  for (const marker of markers) {
    const { revision, position, publishedAt } = marker;
    const item = present.get(position);
    const entry = item && feedEntryOfItem(item);
    let logged: LoggedRevision;
    const stored = event.revisions.get(revision);
    if (stored) {
      logged = revisionOfItem(stored);
    } else {
      const redaction = redactions.find((one) => one.revision === revision);
      logged = { ...emptyRevision(marker, entry, redaction), correlationId: 'restore' };
      missing.push(revisionItem(logged, logged.correlationId));
      emptied.push(revision);
    }
    if (!event.markers.has(revision)) missing.push(markerItem(marker));
    if (!entry && fits({ position, publishedAt }, lost))
      missing.push(feedItem({ ...draftOf(logged).entry, position, publishedAt, ...(previous && { previous }) }));
    previous = { position, publishedAt };
  }
  return { missing, lost: emptied };
}
