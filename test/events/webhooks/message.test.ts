import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../events/decide.ts';
import { initialState } from '../../../events/event-state.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { messageOf } from '../../../events/webhooks/message.ts';
import { correctedRevision, eventWith, now, recordedRevision, retractedRevision } from '../given.ts';

const publishedAt = '2020-12-02T09:30:01.000Z';
const published = (revision: Revision, position = 42): PublishedRevision => ({ ...revision, position, publishedAt });

const event = eventWith({ headline: 'It was so' });
const recorded = recordedRevision(event);
const corrected = correctedRevision(recorded, 'It was otherwise.', {}, { ...event.data, headline: 'It was otherwise' });
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

  test('is the same for the same revision, byte for byte', () => {
    const text = () => JSON.stringify(messageOf(published(corrected), 7));
    expect(text()).toBe(text());
  });
});
