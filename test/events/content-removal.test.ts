import { describe, expect, test } from '@jest/globals';
import { ContentRemoval, emptyEvent } from '../../events/content-removal.ts';
import { noValues, valuesOf } from '../../events/event-values.ts';
import { isRedacted, isWholeRedaction, takesDown } from '../../events/redaction.ts';
import type { PublishedRevision, Revision } from '../../events/revision.ts';
import { correctedRevision, eventWith, recordedRevision } from './given.ts';

const publish = (revision: Revision): PublishedRevision => ({
  ...revision,
  position: 10 + revision.revision,
  publishedAt: new Date(Date.UTC(2020, 11, 2) + revision.revision).toISOString(),
});
const corrected = (before: Revision, note: string, data: object) =>
  correctedRevision(before, note, data, { ...before.event.data, ...data });

const jane = recordedRevision(eventWith({ actors: [{ name: 'Jane Roe' }] }, { id: 'jane-roe' }), {
  commitment: 'c',
  salt: 's',
});
const john = corrected(jane, 'Not Jane', { actors: [{ name: 'John' }] });
const { changed: _, ...johnAsHeWas } = john;
const unlisted: Revision = {
  ...johnAsHeWas,
  revision: 2,
  kind: 'unlisted',
  note: 'Elsewhere',
  unlisted: ['minsk-group'],
  correction: { note: 'Not Jane', at: publish(john).publishedAt, changed: ['/data/actors'] },
};
const published = [jane, john, unlisted].map(publish);

const redactionOf = (revisions?: readonly number[]): Revision => ({
  ...unlisted,
  revision: 3,
  kind: 'redacted',
  redaction: { reason: 'legal', by: 'newsroom', ...(revisions && { revisions }) },
});

function cleaned(redaction: Revision): PublishedRevision[] {
  const removal = new ContentRemoval(redaction);
  return published.map((revision) => removal.next(revision));
}

describe('a revision without content', () => {
  test('keeps its number, its place, its times, its newsroom, its kind and its commitment, and nothing else', () => {
    const [first] = cleaned(redactionOf());
    const { eventId, recordedAt, newsroom } = jane;
    expect(first).toEqual({
      eventId,
      revision: 0,
      kind: 'recorded',
      recordedAt,
      newsroom,
      position: 10,
      publishedAt: '2020-12-02T00:00:00.000Z',
      commitment: 'c',
      digest: '',
      redactedBy: 3,
      event: emptyEvent(jane.event),
    });
  });
  test('has no client id, type, date or data but its stories', () => {
    const event = eventWith({ stories: ['minsk-group'] }, { id: 'jane-roe' });
    expect(emptyEvent(event)).toEqual({
      specversion: '1.0',
      id: '',
      source: '/newsrooms/example',
      type: 'event.redacted',
      subject: 'karabakh-2020',
      data: { stories: ['minsk-group'] },
    });
  });
  test('of a story keeps the slug and the type of a description', () => {
    const described = { ...eventWith(), type: 'story.described', data: { title: 'Jane Roe' } as never };
    expect(emptyEvent(described)).toMatchObject({ id: 'karabakh-2020', type: 'story.described', data: {} });
  });
});

describe('revisions that stay', () => {
  test('carry nothing on of what was taken down, but that there was something', () => {
    const [first, second, third] = cleaned(redactionOf([0]));
    expect(first).toMatchObject({ redactedBy: 3 });
    expect(second).toEqual((({ carried: __, ...rest }) => rest)(published[1] as PublishedRevision));
    expect(third?.carried).toBeUndefined();
    const removal = new ContentRemoval(redactionOf([0]));
    for (const revision of published) removal.next(revision);
    expect(removal.values.actors).toEqual(['john']);
    expect(removal.next(publish(redactionOf([0]))).carried).toEqual({ ...noValues, removed: true });
  });
  test('show no correction that was taken down', () => {
    expect(cleaned(redactionOf([1]))[2]?.correction).toBeUndefined();
    expect(cleaned(redactionOf([0]))[2]?.correction).toEqual(unlisted.correction);
  });
  test('are the same if their content is removed again', () => {
    const once = cleaned(redactionOf([0, 1]));
    const removal = new ContentRemoval(redactionOf([0, 1]));
    expect(once.map((revision) => removal.next(revision))).toEqual(once);
  });
});

describe('a redaction', () => {
  test('of a whole event takes down every earlier revision, and has no content itself', () => {
    const redaction = redactionOf();
    expect([0, 2, 3, 4].map((revision) => takesDown(redaction, { revision }))).toEqual([true, true, false, false]);
    expect([isWholeRedaction(redaction), isRedacted(redaction)]).toEqual([true, true]);
  });
  test('of some revisions takes down those, and keeps its content', () => {
    const redaction = redactionOf([1]);
    expect([0, 1, 2].map((revision) => takesDown(redaction, { revision }))).toEqual([false, true, false]);
    expect([isWholeRedaction(redaction), isRedacted(redaction)]).toEqual([false, false]);
  });
  test('leaves no values but stories and newsrooms', () => {
    const event = emptyEvent(jane.event);
    expect(valuesOf({ event, newsroom: 'example' })).toEqual({
      ...noValues,
      stories: ['karabakh-2020'],
      newsrooms: ['example'],
    });
  });
});
