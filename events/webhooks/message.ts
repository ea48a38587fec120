import type { PublishedRevision } from '../revision.ts';
import { storyIn, storyType } from '../story.ts';
import { entryOf } from '../timeline/entry.ts';
import type { Message, StoryDescription } from './message-schema.ts';

/** The description of a story has no date, and so is no entry. It has the fields of an entry that apply to it. */
function descriptionOf(described: PublishedRevision): StoryDescription {
  const { eventId, revision, position, publishedAt, newsroom, event } = described;
  const { subject } = event;
  return {
    id: eventId,
    revision,
    position,
    publishedAt,
    newsroom,
    type: storyType,
    story: subject,
    data: storyIn(event),
  };
}

/**
 * The message about one revision, as a CloudEvent (CloudEvents 1.0). It follows from the feed entry and the message before alone. Its id
 * contains the revision, so that a correction is not taken for a duplicate.
 *
 * @param previousPosition the position of the previous message to the same endpoint, by which a receiver sees a gap; null for the first
 *   message, or if it is not known yet which one comes before
 */
export function messageOf(revision: PublishedRevision, previousPosition: number | null): Message {
  const { eventId, event, kind, note, position, publishedAt } = revision;
  const isDescription = event.type === storyType;
  return {
    specversion: '1.0',
    id: `${eventId}_${revision.revision}`,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: publishedAt,
    eventid: eventId,
    change: kind,
    revision: revision.revision,
    position,
    ...(previousPosition !== null && { previousposition: previousPosition }),
    data: {
      ...(isDescription ? descriptionOf(revision) : entryOf(revision)),
      ...(note !== undefined && { note }),
    },
  };
}
