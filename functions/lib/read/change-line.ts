import { storyType } from '../../../events/story.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import type { FeedEntry, ReadablePart } from '../event-log/log-items.ts';
import type { Change } from './changes-answer.ts';

function lineOf(known: ReadablePart, { type, story, entry }: Pick<Change, 'type' | 'story' | 'entry'>): string {
  const { position, publishedAt, kind, eventId, revision, note = null } = known;
  const change: Change = { position, publishedAt, change: kind, id: eventId, revision, type, story, note, entry };
  return JSON.stringify(change);
}

/** A change as JSON text, with the entry as of its revision unless that was a retraction or the description of a story. */
export function changeLine(entry: FeedEntry): string {
  const { kind, event, changed } = entry;
  const isShown = kind !== 'retracted' && event.type !== storyType;
  return lineOf(entry, {
    type: event.type,
    story: event.subject,
    entry: isShown ? entryOf(entry, kind === 'corrected' ? changed : undefined) : null,
  });
}

/**
 * A change whose event cannot be read, as JSON text without type, story and entry. So the positions have no gap, and a copy keeps
 * the entry that it has, as the timelines do, which park such a revision.
 */
export function unreadableLine(known: ReadablePart): string {
  return lineOf(known, { type: null, story: null, entry: null });
}
