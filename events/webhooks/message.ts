import type { PublishedRevision } from '../revision.ts';
import { storyIn, storyType } from '../story.ts';
import { entryOf } from '../timeline/entry.ts';
import type { Message, StoryDescription } from './message-schema.ts';

/** A revision as the feed has it. `changed` are pointers to the fields that it changed, if it is a correction. */
type FeedRevision = PublishedRevision & { readonly changed?: readonly string[] };

/** A description of a story has no date, and so is no entry; it is shown as far as it is like one. */
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
 * What a subscriber is told of one revision, by CloudEvents 1.0: a pure function of its feed entry and of the message before it. The
 * id holds the revision, so that nobody takes a correction for a duplicate.
 *
 * @param previousPosition the position of the message before it to the same subscriber, by which a gap can be seen; null for the
 *   first, or where it is not settled yet
 */
export function messageOf(revision: FeedRevision, previousPosition: number | null): Message {
  const { eventId, event, kind, note, position, publishedAt, changed } = revision;
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
      ...(isDescription ? descriptionOf(revision) : entryOf(revision, kind === 'corrected' ? changed : undefined)),
      ...(note !== undefined && { note }),
    },
  };
}
