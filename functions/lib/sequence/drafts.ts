import { allValues, noValues, valuesOf } from '../../../events/event-values.ts';
import { noTimes, type PublicationTimes } from '../../../events/publication-times.ts';
import type { Place, RevisionReference } from '../../../events/revision.ts';
import { markerKey, markerPrefix, revisionKey, revisionPrefix } from '../event-log/event-log-table.ts';
import { itemsBetween, latestMarker, latestRevision } from '../event-log/log.ts';
import { type FeedEntry, type LoggedRevision, type Marker, revisionOfItem } from '../event-log/log-items.ts';
import type { Item } from '../runtime/stored-item.ts';

/** Revisions of one event that are drafted at a time. */
const revisionsPerRead = 50;

/** A revision that is not published yet. */
export interface Draft {
  /** Its feed entry, without its place. */
  readonly entry: Omit<FeedEntry, 'position' | 'publishedAt' | 'previous'>;
  readonly newsroom: string;
  /** The newsroom that wrote it: for an unlisting, the owner of the story. */
  readonly author: string;
  readonly follows?: RevisionReference;
}

/**
 * The revisions of one event that are not published yet, lowest first, and the place and times of the last published
 * one.
 */
export interface EventDrafts {
  readonly eventId: string;
  readonly drafts: readonly Draft[];
  readonly previous: Place | null;
  readonly times: PublicationTimes;
  /** Whether there are further revisions to draft. */
  readonly more: boolean;
}

/** The draft of a revision. */
export function draftOf(logged: LoggedRevision): Draft {
  const {
    eventId,
    revision,
    kind,
    event,
    recordedAt,
    correlationId,
    newsroom,
    by = newsroom,
    follows,
    carried = noValues,
  } = logged;
  const values = allValues(valuesOf(logged), carried);
  const { type, subject: story } = event;
  const entry = { eventId, revision, kind, type, story, recordedAt, correlationId, values };
  return { entry, newsroom, author: by, ...(follows && { follows }) };
}

async function unpublished(eventId: string, marker: Marker | null, latest: LoggedRevision) {
  const next = (marker?.revision ?? -1) + 1;
  if (latest.revision < next) return { revisions: [], more: false };
  if (latest.revision === next) return { revisions: [latest], more: false };
  const [low, high] = [revisionKey(eventId, next).sk, revisionKey(eventId, latest.revision).sk];
  const { items, more } = await itemsBetween(eventId, low, high, revisionsPerRead);
  return { revisions: items.map(revisionOfItem), more };
}

/**
 * The only item of an event: its first revision, not published yet. Most events are sequenced then, so one call reads
 * them.
 */
async function soleItemOf(eventId: string): Promise<Item | null> {
  const { items } = await itemsBetween(eventId, markerPrefix, `${revisionPrefix}~`, 2);
  return items.length === 1 ? (items[0] as Item) : null;
}

/** Those of some revisions that are not published yet. */
export async function unpublishedAmong(references: readonly RevisionReference[]): Promise<RevisionReference[]> {
  const isPublished = await Promise.all(
    references.map(async ({ eventId, revision }) => {
      const { sk } = markerKey(eventId, revision);
      return (await itemsBetween(eventId, sk, sk, 1)).items.length > 0;
    }),
  );
  return references.filter((_, index) => !isPublished[index]);
}

/**
 * Drafts of the revisions of an event that are not published yet. It reads the last marker and the revisions after it,
 * so its cost does not depend on the number of earlier revisions.
 *
 * @throws {UnreadableItem} when this release cannot read one of them
 */
export async function draftsOf(eventId: string): Promise<EventDrafts> {
  const onlyItem = await soleItemOf(eventId);
  if (onlyItem) {
    return { eventId, drafts: [draftOf(revisionOfItem(onlyItem))], previous: null, times: noTimes, more: false };
  }
  const [marker, latest] = await Promise.all([latestMarker(eventId, 'consistent'), latestRevision(eventId)]);
  const { revisions, more } = latest ? await unpublished(eventId, marker, latest) : { revisions: [], more: false };
  return { eventId, drafts: revisions.map(draftOf), previous: marker, times: marker?.times ?? noTimes, more };
}
