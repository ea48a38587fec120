import { storyFacet } from '../../../../events/filters/facet-keys.ts';
import { isRedacted } from '../../../../events/redaction.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import { entriesOf, type ShownEntry } from '../../formats/entry.ts';
import { latestShown, shownPage } from '../../read/changes/shown-revisions.ts';
import { shownRevision } from '../../read/event/history-answer.ts';
import { assertPublished } from '../../read/event/published-event.ts';
import { inParallel } from '../../runtime/concurrency.ts';
import { readCheckpointAndHeads } from '../../timelines/heads.ts';
import type { EventView, RelatedEvent } from './event-page.ts';

/** Revisions of a page, which compares each with the one before. */
const revisionsOfPage = 50;

const readsAtOnce = 16;

/** The entry of a revision; null if it was retracted or its content taken down. */
function ownEntry(revision: PublishedRevision): ShownEntry | null {
  if (revision.kind === 'retracted' || isRedacted(revision)) return null;
  return { ...entryOf(revision), certainty: 'certain' };
}

/** The entry of a revision in a language; null as above. */
function entryIn(revision: PublishedRevision, language: string): ShownEntry | null {
  const entry = ownEntry(revision);
  return entry && (entriesOf({ entries: [JSON.stringify(entry)], language })[0] ?? null);
}

/** The events that an entry relates to: at most as many as it may name. */
const relatedTo = (entry: ShownEntry | null, language: string): Promise<RelatedEvent[]> =>
  inParallel(entry?.related ?? [], readsAtOnce, async ({ rel, id }) => {
    const { published } = await latestShown(id, 'eventual');
    return { rel, id, entry: published && entryIn(published, language) };
  });

/** A story as the page of one of its events names it. */
export interface StoryOfEvent {
  readonly title: string;
  readonly zone: string;
  readonly language: string;
}

async function storyOf(slug: string): Promise<StoryOfEvent> {
  const facet = storyFacet(slug);
  const { heads } = await readCheckpointAndHeads([facet]);
  const { title = slug, timezone: zone = 'UTC', language = 'en' } = heads.get(facet)?.story ?? {};
  return { title, zone, language };
}

/** An event that is being read. */
export interface EventReading {
  readonly latest: PublishedRevision;
  readonly story: StoryOfEvent;
}

/**
 * The latest revision of an event, and its story.
 *
 * @throws {NotFound} if there is no such event, or none yet
 */
export async function beginEvent(id: string): Promise<EventReading> {
  const { published, waiting } = await latestShown(id, 'eventual');
  assertPublished(published, waiting);
  return { latest: published, story: await storyOf(published.event.subject) };
}

/**
 * What the page of an event shows.
 *
 * @param after the number of the revision before the first of its history; -1 for all
 */
export async function eventView({ latest, story }: EventReading, after: number, language: string): Promise<EventView> {
  const { eventId: id } = latest;
  const entry = entryIn(latest, language);
  const [{ before, revisions, more }, related] = await Promise.all([
    shownPage(id, after, revisionsOfPage),
    relatedTo(entry, language),
  ]);
  const last = revisions.at(-1);
  return {
    id,
    story: latest.event.subject,
    storyTitle: story.title,
    kind: latest.kind,
    entry,
    related,
    revisions: revisions.map((revision, index) => shownRevision(revision, revisions[index - 1] ?? before ?? undefined)),
    // As its newsroom wrote it, like the revisions that it is compared with.
    before: before && ownEntry(before),
    next: more && last ? last.revision : null,
  };
}

/** A page of an event with the first revisions of its part of the history; the next page begins after them. */
export function withRevisions(view: EventView, count: number): EventView {
  const revisions = view.revisions.slice(0, count);
  const last = revisions.at(-1);
  return last && revisions.length < view.revisions.length ? { ...view, revisions, next: last.revision } : view;
}
