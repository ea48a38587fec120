import { describe, expect, test } from '@jest/globals';
import { emptyEvent } from '../../../events/content-removal.ts';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { cardOf } from '../../../events/timeline/card.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { type EventProjection, projectionOf, storyProjectionOf } from '../../../events/timeline/projection.ts';
import { removalOf } from '../../../events/timeline/removal.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../given.ts';

const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
const shusha = { name: 'Shusha', iso3166_2: 'AZ-SUS' };
const usual = ['ALL', 'S#karabakh-2020', 'T#development.reported'];

const publish = (revision: Revision, position: number): PublishedRevision => ({
  ...revision,
  position,
  publishedAt: new Date(Date.UTC(2020, 11, 2) + position).toISOString(),
});
const corrected = (before: Revision, data: object) =>
  correctedRevision(before, 'A slip', data, { ...before.event.data, ...data });

const first = publish(recordedRevision(eventWith({ places: [lachin] })), 3);
const reworded = publish(corrected(first, { headline: 'b' }), 5);
const moved = publish(corrected(first, { when: { edtf: '2020-12' } }), 5);
const elsewhere = publish(corrected(first, { places: [shusha] }), 5);
const retracted = publish(retractedRevision(first, 'No'), 5);

/** What a projection writes where, by revision. */
function writesOf({ before, after, cards, past, tombstones, touched, latest }: EventProjection) {
  return {
    before: before?.revision ?? null,
    after: after?.revision ?? null,
    cards: cards.map(({ facet, card }) => `${facet} ${card.revision}`),
    past: past.map(
      ({ facet, card, publishedUntil }) => `${facet} ${card.revision} until ${publishedUntil.slice(20, 23)}`,
    ),
    tombstones: tombstones.map(({ facet, card }) => `${facet} ${card.spanClass}`),
    touched: Object.fromEntries([...touched].map(([facet, { position }]) => [facet, position])),
    latest: latest.revision,
  };
}

const at = (facets: string[], suffix: string) => facets.map((facet) => `${facet} ${suffix}`);
const touchedAt = (facets: string[], position: number) => Object.fromEntries(facets.map((facet) => [facet, position]));
const inLachin = [...usual, 'P#AZ-LAC'];
const inShusha = [...usual, 'P#AZ-SUS'];

describe('the projection of an event', () => {
  test('puts its card into each of its facets', () => {
    const projection = projectionOf(null, [first]);
    expect(writesOf(projection)).toEqual({
      before: null,
      after: 0,
      cards: at(inLachin, '0'),
      past: [],
      tombstones: [],
      touched: touchedAt(inLachin, 3),
      latest: 0,
    });
    expect(projection.cards.map(({ card }) => card)).toEqual(inLachin.map(() => cardOf(first)));
  });
  test('replaces the card of a corrected event that stays in its place, and keeps the past card', () => {
    expect(writesOf(projectionOf(first, [reworded]))).toEqual({
      before: 0,
      after: 1,
      cards: at(inLachin, '1'),
      past: at(inLachin, '0 until 005'),
      tombstones: [],
      touched: touchedAt(inLachin, 5),
      latest: 1,
    });
  });
  test('puts tombstones where a corrected date was', () => {
    expect(writesOf(projectionOf(first, [moved]))).toEqual({
      before: 0,
      after: 1,
      cards: at(inLachin, '1'),
      past: at(inLachin, '0 until 005'),
      tombstones: at(inLachin, 'd'),
      touched: touchedAt(inLachin, 5),
      latest: 1,
    });
  });
  test('puts tombstones into the facets that the event has left, and touches these facets', () => {
    expect(writesOf(projectionOf(first, [elsewhere]))).toEqual({
      before: 0,
      after: 1,
      cards: at(inShusha, '1'),
      past: at(inLachin, '0 until 005'),
      tombstones: ['P#AZ-LAC d'],
      touched: touchedAt([...inLachin, 'P#AZ-SUS'], 5),
      latest: 1,
    });
  });
  test('of a retraction has only tombstones', () => {
    expect(writesOf(projectionOf(first, [retracted]))).toEqual({
      before: 0,
      after: null,
      cards: [],
      past: at(inLachin, '0 until 005'),
      tombstones: at(inLachin, 'd'),
      touched: touchedAt(inLachin, 5),
      latest: 1,
    });
  });
  test('of several revisions at once has the same result as one projection for each', () => {
    const back = publish(corrected(elsewhere, { headline: 'c' }), 9);
    expect(writesOf(projectionOf(null, [first, elsewhere, back]))).toEqual({
      before: null,
      after: 2,
      cards: at(inShusha, '2'),
      past: [...at(inLachin, '0 until 005'), ...at(inShusha, '1 until 009')],
      tombstones: ['P#AZ-LAC d'],
      touched: { ...touchedAt(inShusha, 9), 'P#AZ-LAC': 5 },
      latest: 2,
    });
  });
  test('puts no tombstone where the event has returned to', () => {
    const back = publish(corrected(elsewhere, { places: [lachin] }), 9);
    expect(writesOf(projectionOf(first, [elsewhere, back]))).toMatchObject({
      before: 0,
      cards: at(inLachin, '2'),
      tombstones: ['P#AZ-SUS d'],
      touched: touchedAt([...inLachin, 'P#AZ-SUS'], 9),
    });
  });
  test('reads no revisions before the current card', () => {
    const later = publish(corrected(elsewhere, { headline: 'c' }), 9);
    expect(writesOf(projectionOf(elsewhere, [later]))).toEqual({
      before: 1,
      after: 2,
      cards: at(inShusha, '2'),
      past: at(inShusha, '1 until 009'),
      tombstones: [],
      touched: touchedAt(inShusha, 9),
      latest: 2,
    });
  });
});

describe('the projection of a redaction', () => {
  const redacted = (before: PublishedRevision, revisions?: readonly number[]): PublishedRevision => ({
    ...before,
    revision: before.revision + 1,
    position: 9,
    publishedAt: publish(before, 9).publishedAt,
    kind: 'redacted',
    note: 'By order.',
    redaction: { reason: 'legal', by: 'newsroom', ...(revisions && { revisions }) },
    ...(revisions ? {} : { event: emptyEvent(before.event) }),
  });

  test('of a whole event buries its card, keeps no past card, and counts it where it was', () => {
    const redaction = redacted(first);
    const projection = projectionOf(first, [redaction]);
    expect(writesOf(projection)).toEqual({
      before: 0,
      after: null,
      cards: [],
      past: [],
      tombstones: at(inLachin, 'd'),
      touched: touchedAt(inLachin, 9),
      latest: 1,
    });
    expect(projection.superseded.map(({ facet }) => facet)).toEqual(inLachin);
    expect([projection.redactedBefore, projection.redactedAfter]).toEqual([[], ['ALL', 'S#karabakh-2020']]);
    expect(projection.storySteps).toEqual([]);
    const { eventId, position, publishedAt } = first;
    const publishedUntil = redaction.publishedAt;
    expect(projection.publications).toEqual([
      ...['ALL', 'S#karabakh-2020'].map((facet) => {
        const line = { facet, eventId, revision: 0, kind: 'recorded', position, publishedAt };
        return { ...line, publishedUntil, isTakenDown: true };
      }),
      ...['ALL', 'S#karabakh-2020'].map((facet) => {
        return { facet, eventId, revision: 1, kind: 'redacted', position: 9, publishedAt: redaction.publishedAt };
      }),
    ]);
  });
  test('of an event that was retracted counts it again, and makes nobody the owner of its story', () => {
    const projection = projectionOf(retracted, [redacted(retracted)]);
    expect(projection.storySteps).toEqual([{ kind: 'kept', story: 'karabakh-2020', position: 9, newsroom: 'example' }]);
    expect(projection.redactedAfter).toEqual(['ALL', 'S#karabakh-2020']);
  });
  test('of an event that was taken down before counts it once, and the last redaction alone is a removal', () => {
    const before = { ...redacted(first), redactedBy: 2 };
    const again = { ...redacted(redacted(first)), position: 11 };
    const projection = projectionOf(before, [again]);
    expect([projection.redactedBefore, projection.redactedAfter]).toEqual([
      ['ALL', 'S#karabakh-2020'],
      ['ALL', 'S#karabakh-2020'],
    ]);
    expect([removalOf(before, 'ALL'), removalOf(again, 'ALL')?.revision]).toEqual([null, 2]);
  });
  test('of an earlier revision replaces the card, and counts nothing', () => {
    const redaction = redacted(reworded, [0]);
    const projection = projectionOf(reworded, [redaction]);
    expect(writesOf(projection)).toMatchObject({ after: 2, cards: at(inLachin, '2'), tombstones: [] });
    expect(projection.past.map(({ card }) => card.revision)).toEqual([1, 1, 1, 1]);
    expect([projection.redactedAfter, removalOf(redaction, 'ALL'), projection.storySteps]).toEqual([[], null, []]);
  });
  test('adds a line to the corrections log, also for the description of a story', () => {
    const story = { ...first, event: { ...first.event, type: 'story.described', data: { title: 'A' } as never } };
    const projection = storyProjectionOf([story, redacted(story)]);
    expect(projection.corrections.map(({ facets, text }) => [facets, JSON.parse(text)])).toEqual([
      [
        ['ALL', 'S#karabakh-2020'],
        {
          position: 9,
          publishedAt: publish(first, 9).publishedAt,
          change: 'redacted',
          id: first.eventId,
          revision: 1,
          type: 'story.described',
          story: 'karabakh-2020',
          note: 'By order.',
          changed: [],
          redaction: { reason: 'legal', by: 'newsroom' },
        },
      ],
    ]);
    expect(projection.publications).toEqual([]);
  });
  test('of revisions without content writes no card, and the event joins and leaves its stories as it did', () => {
    const blank = { ...first, event: emptyEvent(first.event), redactedBy: 1 };
    const projection = projectionOf(null, [blank]);
    expect(writesOf(projection)).toMatchObject({ after: null, cards: [], past: [], tombstones: [] });
    expect(projection.storySteps).toEqual([
      { kind: 'joined', story: 'karabakh-2020', position: 3, newsroom: 'example' },
    ]);
  });
});

describe('a removal', () => {
  const at = '2020-12-01T00:00:00.009Z';
  const removal = { id: first.eventId, story: 'karabakh-2020', newsroom: 'example' };

  test('is what a timeline shows of an event that was retracted, with its date and without its content', () => {
    expect(removalOf({ ...retracted, note: 'Wrong.', publishedAt: at }, 'S#karabakh-2020')).toEqual({
      ...removal,
      revision: retracted.revision,
      change: 'retracted',
      note: 'Wrong.',
      at,
      when: entryOf(first).when,
    });
  });
  test('is none where the timeline shows the event', () => {
    expect([removalOf(first, 'ALL'), removalOf(reworded, 'S#karabakh-2020')]).toEqual([null, null]);
  });
  test('is by the newsroom that took the event out of its story', () => {
    const unlisted = { ...reworded, kind: 'unlisted', by: 'owner', unlisted: ['karabakh-2020'] } as const;
    expect(removalOf({ ...unlisted, publishedAt: at }, 'S#karabakh-2020')).toMatchObject({
      ...removal,
      newsroom: 'owner',
      change: 'unlisted',
      at,
    });
    expect(removalOf(unlisted, 'ALL')).toBeNull();
  });
});
