import { describe, expect, test } from '@jest/globals';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { correctionsIn } from '../../../events/timeline/correction.ts';
import { projectionOf } from '../../../events/timeline/projection.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../given.ts';

const publish = (revision: Revision, position: number): PublishedRevision => ({
  ...revision,
  position,
  publishedAt: new Date(Date.UTC(2020, 11, 2) + position).toISOString(),
});
const corrected = (before: Revision, note: string, data: object) =>
  correctedRevision(before, note, data, { ...before.event.data, ...data });

const first = publish(recordedRevision(eventWith({ stories: ['minsk-group'] })), 3);
const moved = publish(corrected(first, 'A slip', { when: { edtf: '2020-12-02' }, summary: 'S' }), 5);
const elsewhere = publish(corrected(moved, 'Filed wrongly', { stories: ['french-senate'] }), 6);
const retracted = publish(retractedRevision(elsewhere, 'It did not happen.'), 9);
const all = [first, moved, elsewhere, retracted];

const linesOf = (...parameters: Parameters<typeof correctionsIn>) =>
  correctionsIn(...parameters).map(({ text, ...rest }) => ({ ...rest, line: JSON.parse(text) }));
const positionsOf = (...parameters: Parameters<typeof correctionsIn>) =>
  correctionsIn(...parameters).map(({ position }) => position);

describe('the corrections log', () => {
  test('has no line for an event that was only recorded', () => {
    expect(correctionsIn([first], 0)).toEqual([]);
  });
  test('shows the note of a correction and the fields that it changed', () => {
    expect(linesOf([first, moved], 0)).toEqual([
      {
        position: 5,
        publishedAt: '2020-12-02T00:00:00.005Z',
        facets: ['ALL', 'S#karabakh-2020', 'S#minsk-group'],
        line: {
          position: 5,
          publishedAt: '2020-12-02T00:00:00.005Z',
          change: 'corrected',
          id: first.eventId,
          revision: 1,
          type: 'development.reported',
          story: 'karabakh-2020',
          note: 'A slip',
          changed: ['/data/when/edtf', '/data/summary'],
        },
      },
    ]);
  });
  test('shows a retraction without changed fields', () => {
    expect(linesOf([first, publish(retractedRevision(first, 'No'), 4)], 1)).toEqual([
      {
        position: 4,
        publishedAt: '2020-12-02T00:00:00.004Z',
        facets: ['ALL', 'S#karabakh-2020', 'S#minsk-group'],
        line: {
          position: 4,
          publishedAt: '2020-12-02T00:00:00.004Z',
          change: 'retracted',
          id: first.eventId,
          revision: 1,
          type: 'development.reported',
          story: 'karabakh-2020',
          note: 'No',
          changed: [],
        },
      },
    ]);
  });
  test('has a line in the log of everything and of each story that the event is or was in, but not of later stories', () => {
    expect(correctionsIn(all, 0).map(({ facets }) => facets)).toEqual([
      ['ALL', 'S#karabakh-2020', 'S#minsk-group'],
      ['ALL', 'S#karabakh-2020', 'S#minsk-group', 'S#french-senate'],
      ['ALL', 'S#karabakh-2020', 'S#minsk-group', 'S#french-senate'],
    ]);
  });
  test('gets a line for each revision from the given one on', () => {
    expect([0, 1, 2, 3, 4].map((since) => positionsOf(all, since))).toEqual([[5, 6, 9], [5, 6, 9], [6, 9], [9], []]);
  });
  test('has no line for a parked revision, and its other lines stay the same', () => {
    const whole = correctionsIn(all, 0);
    expect(correctionsIn(all, 0, new Set([6]))).toEqual([whole[0], whole[2]]);
    expect(correctionsIn(all, 0, new Set([3]))).toEqual(whole);
  });
});

describe('an entry that was corrected', () => {
  const correctionShown = (revisions: PublishedRevision[], hidden: number[] = []) => {
    const { after } = projectionOf(revisions, 0, new Set(hidden));
    return JSON.parse(after?.entry ?? 'null')?.correction;
  };
  const moving = { note: 'A slip', at: moved.publishedAt, changed: ['/data/when/edtf', '/data/summary'] };
  const filing = { note: 'Filed wrongly', at: elsewhere.publishedAt, changed: ['/data/stories'] };

  test('shows its latest correction', () => {
    expect(correctionShown([first])).toBeUndefined();
    expect(correctionShown([first, moved])).toEqual(moving);
    expect(correctionShown([first, moved, elsewhere])).toEqual(filing);
  });
  test('shows what its latest correction that is not parked changed, as the log does', () => {
    const { position } = moved;
    expect(correctionShown([first, moved, elsewhere], [elsewhere.position])).toEqual(moving);
    expect(correctionShown([first, moved, elsewhere], [position])).toEqual(filing);
    expect(correctionShown([first, moved, elsewhere], [first.position, position])).toEqual(filing);
    expect(correctionShown([first, moved], [position])).toBeUndefined();
  });
});
