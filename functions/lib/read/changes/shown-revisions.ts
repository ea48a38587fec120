import { withoutContent } from '../../../../events/content-removal.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import {
  type LatestPublished,
  latestPublished,
  type PlacedRevision,
  type PublishedPage,
  publishedAsOf,
  publishedPage,
  readContents,
  readPublished,
} from '../../event-log/published.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import {
  isBeingTakenDown,
  lastTakingDown,
  type NumberedRedaction,
  type RedactionsByEvent,
  redactionsUnderWay,
} from './redactions-under-way.ts';

/*
 * Revisions of the log as readers may see them. The log has what is taken down until it is blanked, minutes later.
 * Whatever answers readers reads revisions here and not from the log: content is gone as soon as its redaction is
 * accepted.
 */

/**
 * A revision without what redactions take down of it, and without the correction that it shows of a revision before
 * them.
 */
function shownOf(revision: PublishedRevision, redactions: readonly NumberedRedaction[]): PublishedRevision {
  const by = lastTakingDown(redactions, revision);
  if (by) return withoutContent(revision, Math.max(by.revision, revision.redactedBy ?? 0));
  const { correction, ...rest } = revision;
  const mayShowContent = correction && redactions.some((redaction) => revision.revision < redaction.revision);
  return mayShowContent ? rest : revision;
}

const ofEvent = (underWay: RedactionsByEvent, eventId: string) => underWay.get(eventId) ?? [];

async function shownOrNull(
  eventId: string,
  reading: Promise<PublishedRevision | null>,
): Promise<PublishedRevision | null> {
  const [revision, underWay] = await Promise.all([reading, redactionsUnderWay([eventId])]);
  return revision && shownOf(revision, ofEvent(underWay, eventId));
}

/** One revision of an event by its number; null if it is not published. */
export const shownRevisionAt = (eventId: string, revision: number): Promise<PublishedRevision | null> =>
  shownOrNull(eventId, readPublished(eventId, revision, 'eventual'));

/**
 * The revision of an event that was the latest at an instant, RFC 3339; null if the event was not published by then.
 */
export const shownAsOf = (eventId: string, instant: string): Promise<PublishedRevision | null> =>
  shownOrNull(eventId, publishedAsOf(eventId, instant));

/**
 * The latest published revision of an event. Only a later one can take it down, so redactions are read if there is a
 * later one.
 */
export async function latestShown(eventId: string, consistency: Consistency): Promise<LatestPublished> {
  const latest = await latestPublished(eventId, consistency);
  if (!latest.published || !latest.waiting) return latest;
  const underWay = await redactionsUnderWay([eventId]);
  return { ...latest, published: shownOf(latest.published, ofEvent(underWay, eventId)) };
}

/** Published revisions of an event in order, as `publishedPage`. */
export async function shownPage(eventId: string, after: number, limit: number): Promise<PublishedPage> {
  const [page, underWay] = await Promise.all([publishedPage(eventId, after, limit), redactionsUnderWay([eventId])]);
  const redactions = ofEvent(underWay, eventId);
  return {
    ...page,
    before: page.before && shownOf(page.before, redactions),
    revisions: page.revisions.map((revision) => shownOf(revision, redactions)),
  };
}

/**
 * Reads the contents of published revisions, as `readContents`.
 *
 * @param underWay the redactions under way of their events
 */
export async function shownContents(
  places: readonly PlacedRevision[],
  underWay: RedactionsByEvent,
): Promise<(place: PlacedRevision) => PublishedRevision> {
  const contentOf = await readContents(places, 'eventual');
  return (place) => {
    const revision = contentOf(place);
    return isBeingTakenDown(place, underWay) ? shownOf(revision, ofEvent(underWay, place.eventId)) : revision;
  };
}
