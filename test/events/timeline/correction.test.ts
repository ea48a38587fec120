import { describe, expect, test } from '@jest/globals';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { correctionOf } from '../../../events/timeline/correction.ts';
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

const lineOf = (revision: PublishedRevision) => {
  const { text = 'null', ...rest } = correctionOf(revision) ?? {};
  return { ...rest, line: JSON.parse(text) };
};

describe('the corrections log', () => {
  test('has no line for an event that was only recorded', () => {
    expect(correctionOf(first)).toBeNull();
  });
  test('shows the note of a correction and the fields that it changed', () => {
    expect(lineOf(moved)).toEqual({
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
    });
  });
  test('shows a retraction without changed fields', () => {
    expect(lineOf(publish(retractedRevision(first, 'No'), 4))).toEqual({
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
    });
  });
  test('has a line in the log of everything and of each story that the event is or was in, but not of later stories', () => {
    expect(all.map((revision) => correctionOf(revision)?.facets.toSorted())).toEqual([
      undefined,
      ['ALL', 'S#karabakh-2020', 'S#minsk-group'],
      ['ALL', 'S#french-senate', 'S#karabakh-2020', 'S#minsk-group'],
      ['ALL', 'S#french-senate', 'S#karabakh-2020', 'S#minsk-group'],
    ]);
  });
});

describe('an entry that was corrected', () => {
  const correctionShown = (...revisions: PublishedRevision[]) => {
    const { after } = projectionOf(null, revisions);
    return JSON.parse(after?.entry ?? 'null')?.correction;
  };
  const moving = { note: 'A slip', at: moved.publishedAt, changed: ['/data/when/edtf', '/data/summary'] };
  const filing = { note: 'Filed wrongly', at: elsewhere.publishedAt, changed: ['/data/stories'] };

  test('shows its latest correction', () => {
    expect(correctionShown(first)).toBeUndefined();
    expect(correctionShown(first, moved)).toEqual(moving);
    expect(correctionShown(first, moved, elsewhere)).toEqual(filing);
  });
});
