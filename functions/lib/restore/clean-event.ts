import { ContentRemoval } from '../../../events/content-removal.ts';
import { redactionOfLost } from '../../../events/decisions/decide-redaction.ts';
import type { Revision } from '../../../events/revision.ts';
import { revisionRenamed, valuesRenamed } from '../../../events/slug-move.ts';
import type { EventItems } from '../event-log/log-copy.ts';
import {
  feedEntryOfItem,
  feedItem,
  feedValuesItem,
  type LoggedRevision,
  placeOfItem,
  publishedRevision,
  revisionItem,
  revisionOfItem,
} from '../event-log/log-items.ts';
import type { ListedRedaction } from '../redactions/redaction-state.ts';
import type { Item } from '../runtime/stored-item.ts';
import type { Removals } from './removals.ts';

const lostNote = 'The note of this redaction was taken down.';

/** The items of a backup as they may be put into the log in use: without what was taken down since. */
export interface CleanEvent {
  readonly revision: (number: number) => Item | undefined;
  readonly entry: (number: number, item: Item) => Item;
  /** Redactions of the whole event that neither log has: they are appended again. */
  readonly lostRedactions: readonly Revision[];
}

/**
 * Whether a log has a redaction. The instant of the request identifies it, also if it was appended again under another
 * number.
 */
const has = (revisions: readonly LoggedRevision[], { requestedAt }: ListedRedaction) =>
  revisions.some(({ redaction, recordedAt }) => redaction !== undefined && recordedAt === requestedAt);

/** The redaction of a whole event that neither log has, to be appended as its next revision. */
function appendedAgain({ story, note = lostNote, ...lost }: ListedRedaction, latest: LoggedRevision): Revision {
  const again = redactionOfLost({ ...lost, note, story: story ?? latest.event.subject }, lost.requestedAt);
  return { ...again, revision: latest.revision + 1, newsroom: latest.newsroom };
}

/** The items of an event from which content was taken down. @param merged the items that either log has */
function withoutTakenDown(merged: EventItems, redactions: readonly ListedRedaction[]): CleanEvent {
  const logged = [...merged.revisions.values()].map(revisionOfItem).sort((one, other) => one.revision - other.revision);
  const latest = logged.at(-1) as LoggedRevision;
  const lost = redactions.filter((redaction) => !has(logged, redaction));
  const taken = new Set<number>();
  for (const redaction of redactions) {
    const end = lost.includes(redaction) ? latest.revision + 1 : redaction.revision;
    for (const { revision } of logged) {
      if (revision < end && (redaction.revisions?.includes(revision) ?? true)) taken.add(revision);
    }
  }
  const [first] = redactions as [ListedRedaction];
  const by = lost.length > 0 ? latest.revision + 1 : Math.max(...redactions.map(({ revision }) => revision));
  const { reason, by: author } = first;
  const removal = new ContentRemoval({
    ...latest,
    revision: by,
    redaction: { reason, by: author, revisions: [...taken] },
  });
  const clean = new Map(
    logged.map((one) => {
      const marker = merged.markers.get(one.revision);
      const place = marker ? placeOfItem(marker) : { position: 0, publishedAt: one.recordedAt };
      const cleaned = removal.next(publishedRevision(one, place));
      const item = revisionItem(cleaned, one.correlationId);
      return [one.revision, { item, values: feedValuesItem(cleaned.event.type, removal.values) }] as const;
    }),
  );
  const whole = lost.filter(({ revisions }) => revisions === undefined);
  return {
    revision: (number) => clean.get(number)?.item,
    entry: (number, item) => ({ ...item, ...clean.get(number)?.values }),
    lostRedactions: whole.slice(-1).map((redaction) => appendedAgain(redaction, latest)),
  };
}

/**
 * The items of an event as they may be put into the log in use: without content that was taken down, and with the slugs
 * that stories were moved to.
 *
 * @param merged the items that either log has; those of the log in use where both have one
 * @throws {UnreadableItem} when this release cannot read an item out of which something must be taken
 */
export function cleanEvent(merged: EventItems, { redactionsOf, renames }: Removals): CleanEvent {
  const redactions = redactionsOf(merged.eventId);
  const taken: CleanEvent =
    redactions.length > 0 && merged.revisions.size > 0
      ? withoutTakenDown(merged, redactions)
      : { revision: (number) => merged.revisions.get(number), entry: (_, item) => item, lostRedactions: [] };
  if (renames.length === 0) return taken;
  return {
    ...taken,
    revision(number) {
      const item = taken.revision(number);
      if (!item) return undefined;
      const logged = revisionOfItem(item);
      const renamed = renames.reduce((revision, rename) => revisionRenamed(revision, rename), logged);
      return renamed === logged ? item : revisionItem(renamed, logged.correlationId);
    },
    entry(number, item) {
      const clean = taken.entry(number, item);
      const entry = feedEntryOfItem(clean);
      let { story, values } = entry;
      for (const rename of renames) [story, values] = [rename(story), valuesRenamed(values, rename)];
      return story === entry.story && values === entry.values ? clean : feedItem({ ...entry, story, values });
    },
  };
}
