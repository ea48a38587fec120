import type { RevisionReference } from '../../../events/revision.ts';
import type { Draft, EventDrafts } from './drafts.ts';

/**
 * A newsroom can make a chain of events as long as it likes. So many are looked up; then the oldest of them comes
 * first.
 */
const longestWalk = 200;

/** A draft to be published, and the event that it is of. */
export interface OrderedDraft {
  readonly draft: Draft;
  readonly of: EventDrafts;
}

/**
 * Events with unpublished revisions, and those with unpublished revisions that they follow.
 *
 * @param read reads the drafts of the events of revisions that are not published yet
 * @param ignored events that cannot be published, which nothing waits for
 */
export async function withFollowed(
  events: readonly EventDrafts[],
  read: (references: readonly RevisionReference[]) => Promise<EventDrafts[]>,
  ignored: ReadonlySet<string>,
): Promise<EventDrafts[]> {
  const known = new Map(events.map((ofEvent) => [ofEvent.eventId, ofEvent]));
  let latest = events;
  for (let walked = 0; latest.length > 0 && walked < longestWalk; ) {
    const followed = latest.flatMap(({ drafts }) => drafts.flatMap(({ follows }) => follows ?? []));
    const unknown = [...new Map(followed.map((reference) => [reference.eventId, reference])).values()].filter(
      ({ eventId }) => !known.has(eventId) && !ignored.has(eventId),
    );
    latest = await read(unknown.slice(0, longestWalk - walked));
    walked += unknown.length;
    for (const ofEvent of latest) known.set(ofEvent.eventId, ofEvent);
  }
  return [...known.values()];
}

/**
 * The drafts of events in the order in which they are published: each event's own revisions in order, and a revision
 * that follows another one of the same newsroom after it. What cannot be, as it would follow itself, is ignored.
 */
export function inOrder(events: readonly EventDrafts[]): OrderedDraft[] {
  const byId = new Map(events.map((ofEvent) => [ofEvent.eventId, ofEvent]));
  const ordered: OrderedDraft[] = [];
  const next = new Map<EventDrafts, number>();
  const onPath = new Set<EventDrafts>();
  /** Orders an event through a revision. The path is at most as long as the walk. */
  function visit(of: EventDrafts, through: number): void {
    if (onPath.has(of)) return;
    onPath.add(of);
    for (let index = next.get(of) ?? 0; index < of.drafts.length; index++) {
      const draft = of.drafts[index] as Draft;
      if (draft.entry.revision > through) break;
      const followed = draft.follows && byId.get(draft.follows.eventId);
      const isOwn = followed?.drafts[0]?.newsroom === draft.newsroom;
      if (draft.follows && followed && isOwn) visit(followed, draft.follows.revision);
      next.set(of, index + 1);
      ordered.push({ draft, of });
    }
    onPath.delete(of);
  }
  for (const of of events) visit(of, Number.POSITIVE_INFINITY);
  return ordered;
}
