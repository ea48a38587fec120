import { describe, expect, test } from '@jest/globals';
import { withoutContent } from '../../../events/content-removal.ts';
import { decide } from '../../../events/decisions/decide.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import { maximumEventBytes, maximumNoteLength, maximumRevisionsOfEvent } from '../../../events/input/limits.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { messageOf, RedactedRevision } from '../../../events/webhooks/message.ts';
import { correctedRevision, eventWith, now, recordedRevision, retractedRevision } from '../given.ts';

const publishedAt = '2020-12-02T09:30:01.000Z';
const published = (revision: Revision, position = 42): PublishedRevision => ({ ...revision, position, publishedAt });

const event = eventWith({ headline: 'It was so' });
const recorded = recordedRevision(event);
const corrected = correctedRevision(recorded, 'It was otherwise.', {}, { ...event.data, headline: 'It was otherwise' });
const redact = { kind: 'redact', note: 'By an order', reason: 'legal', newsroom: 'example' } as const;
const [taken] = decide(redact, evolve(initialState, recorded), now) as [Revision];
const retracted = retractedRevision(corrected, 'It was not at all.');

describe('the message to a subscriber', () => {
  test('is a CloudEvent about one revision, with the entry as of that revision', () => {
    const revision = published(recorded);
    expect(messageOf(revision, null)).toEqual({
      specversion: '1.0',
      id: `${recorded.eventId}_0`,
      source: '/newsrooms/example',
      type: 'development.reported',
      subject: 'karabakh-2020',
      time: publishedAt,
      eventid: recorded.eventId,
      change: 'recorded',
      revision: 0,
      position: 42,
      data: entryOf(revision),
    });
  });

  test('of a correction has the note, what changed and the position of the previous message, and is no duplicate', () => {
    const revision = published(corrected, 44);
    expect(messageOf(revision, 42)).toMatchObject({
      id: `${recorded.eventId}_1`,
      change: 'corrected',
      revision: 1,
      position: 44,
      previousposition: 42,
      data: { ...entryOf(revision), note: 'It was otherwise.' },
    });
  });

  test('of a retraction has the entry as it was before, and the note', () => {
    const revision = published(retracted, 45);
    const message = messageOf(revision, 44);
    expect(message).toMatchObject({ id: `${recorded.eventId}_2`, change: 'retracted', previousposition: 44 });
    expect(message.data).toEqual({ ...entryOf(revision), note: 'It was not at all.' });
    expect(message.data).toMatchObject({ data: { headline: 'It was otherwise' } });
  });

  test('of a description of a story has the description, without a date', () => {
    const data = { title: 'Karabakh', timezone: 'Asia/Baku' };
    const [described] = decide(
      {
        kind: 'describe',
        story: 'karabakh-2020',
        data,
        newsroom: 'example',
        known: { owner: null, entries: 0 },
      },
      initialState,
      now,
    ) as [Revision];
    expect(messageOf(published(described), 41)).toMatchObject({
      source: '/stories',
      type: 'story.described',
      subject: 'karabakh-2020',
      data: {
        id: described.eventId,
        revision: 0,
        position: 42,
        publishedAt,
        newsroom: 'example',
        type: 'story.described',
        story: 'karabakh-2020',
        data,
      },
    });
  });

  test('of a redaction of a whole event has why, and nothing that the event said', () => {
    expect(messageOf(published(taken), 42)).toEqual({
      specversion: '1.0',
      id: `${recorded.eventId}_1`,
      source: '/newsrooms/example',
      type: 'event.redacted',
      subject: 'karabakh-2020',
      time: publishedAt,
      eventid: recorded.eventId,
      change: 'redacted',
      revision: 1,
      position: 42,
      previousposition: 42,
      data: {
        id: recorded.eventId,
        revision: 1,
        position: 42,
        publishedAt,
        newsroom: 'example',
        type: 'event.redacted',
        story: 'karabakh-2020',
        note: 'By an order',
        redaction: { reason: 'legal', by: 'newsroom' },
      },
    });
  });

  test('of a redaction of the largest event with all of its revisions stays below twice the size of an event', () => {
    const revisions = Array.from({ length: maximumRevisionsOfEvent }, (_, index) => index);
    const largest = eventWith({ summary: 'x'.repeat(20_000) });
    const revision = {
      ...published(recordedRevision(largest)),
      revision: maximumRevisionsOfEvent,
      kind: 'redacted',
      note: '\u0001'.repeat(maximumNoteLength),
      redaction: { reason: 'privacy', revisions, by: 'operator' },
    } as const;
    const bytes = Buffer.byteLength(JSON.stringify(messageOf(revision, 42)));
    const eventBytes = Buffer.byteLength(JSON.stringify(largest));
    expect(bytes - eventBytes).toBeLessThan(maximumEventBytes);
  });

  test('is not made of a revision whose content was taken down', () => {
    expect(() => messageOf(withoutContent(published(recorded), 1), null)).toThrow(RedactedRevision);
  });

  test('is the same for the same revision, byte for byte', () => {
    const text = () => JSON.stringify(messageOf(published(corrected), 7));
    expect(text()).toBe(text());
  });
});
