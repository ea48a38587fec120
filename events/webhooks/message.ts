import { isRedacted, isWholeRedaction, type Redaction, redactedType } from '../redaction.ts';
import type { PublishedRevision } from '../revision.ts';
import { storyIn, storyType } from '../story.ts';
import { entryOf } from '../timeline/entry.ts';
import type { Message, StoryDescription, Takedown } from './message-schema.ts';

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

/** Another revision of an event without content has nothing to say: no message is made of it. */
export class RedactedRevision extends Error {
  override readonly name = 'RedactedRevision';
}

function takedownOf(revision: PublishedRevision, redaction: Redaction): Takedown {
  const { eventId, position, publishedAt, newsroom, event, note } = revision;
  return {
    id: eventId,
    revision: revision.revision,
    position,
    publishedAt,
    newsroom,
    type: event.type === storyType ? storyType : redactedType,
    story: event.subject,
    ...(note !== undefined && { note }),
    redaction,
  };
}

function dataOf(revision: PublishedRevision): Message['data'] {
  const { event, note, redaction, eventId } = revision;
  if (redaction && isWholeRedaction(revision)) return takedownOf(revision, redaction);
  if (isRedacted(revision)) throw new RedactedRevision(`Revision ${revision.revision} of ${eventId} was taken down.`);
  return {
    ...(event.type === storyType ? descriptionOf(revision) : entryOf(revision)),
    ...(note !== undefined && { note }),
    ...(redaction && { redaction }),
  };
}

/**
 * The message about one revision, as a CloudEvent (CloudEvents 1.0). It depends only on the revision and the position
 * of the previous message. Its id contains the number of the revision, so that a correction is not taken for a
 * duplicate.
 *
 * @param previousPosition the position of the previous message to the same endpoint, which shows a receiver a gap; null
 *   for the first message, or if the previous one is not known yet
 * @throws {RedactedRevision} when the content of the revision was taken down
 */
export function messageOf(revision: PublishedRevision, previousPosition: number | null): Message {
  const { eventId, event, kind, position, publishedAt } = revision;
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
    data: dataOf(revision),
  };
}
