import { describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { correctedRevision, eventWith, recordedRevision } from '../given.ts';

const publishedAt = '2020-12-02T09:30:01.000Z';
const published = (data: object): PublishedRevision => ({
  ...recordedRevision(eventWith(data)),
  position: 42,
  publishedAt,
});

describe('a timeline entry', () => {
  test('has its place in the record, when it happened, and the rest of the data', () => {
    const revision = published({ when: { edtf: '2020-12-01', tz: 'Asia/Baku' }, summary: 'More', stories: ['b'] });
    const { when: _, ...rest } = revision.event.data;
    expect(entryOf(revision)).toEqual({
      id: revision.eventId,
      revision: 0,
      position: 42,
      publishedAt,
      newsroom: 'example',
      type: 'development.reported',
      story: 'karabakh-2020',
      when: {
        edtf: '2020-12-01',
        tz: 'Asia/Baku',
        kind: 'point',
        precision: 'day',
        earliest: '2020-11-30T20:00:00.000Z',
        latest: '2020-12-01T19:59:59.999Z',
      },
      data: rest,
    });
  });
  test.each([
    [
      { edtf: '2020-11-10/..' },
      { tz: 'UTC', kind: 'span', precision: 'day', earliest: '2020-11-10T00:00:00.000Z', latest: null },
    ],
    [
      { edtf: '/2020' },
      { tz: 'UTC', kind: 'span', precision: 'year', earliest: null, latest: '2020-12-31T23:59:59.999Z' },
    ],
    [
      { edtf: '2020-11/2020-12-01', kind: 'point' },
      {
        tz: 'UTC',
        kind: 'point',
        precision: 'month',
        earliest: '2020-11-01T00:00:00.000Z',
        latest: '2020-12-01T23:59:59.999Z',
      },
    ],
    [
      { edtf: '0202-11-10', historical: true },
      {
        tz: 'UTC',
        kind: 'point',
        precision: 'day',
        earliest: '0202-11-10T00:00:00.000Z',
        latest: '0202-11-10T23:59:59.999Z',
      },
    ],
  ])('shows when %j was', (when, shown) => {
    expect(entryOf(published({ when })).when).toEqual({ edtf: when.edtf, ...shown });
  });
  test.each([
    [{ edtf: '9999-12-31', tz: 'America/New_York' }, '9999-12-31T05:00:00.000Z', '9999-12-31T23:59:59.999Z'],
    [{ edtf: '9999-12-31T23:00:00-05:00' }, '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    [{ edtf: '0001-01-01', tz: 'Asia/Baku', historical: true }, '0000-12-31T20:40:36.000Z', '0001-01-01T20:40:35.999Z'],
  ])('writes the instants of %j with four-digit years, as RFC 3339 requires', (when, earliest, latest) => {
    expect(entryOf(published({ when })).when).toMatchObject({ earliest, latest });
  });
  test('of a correction has its note, its time and the fields that it changed', () => {
    const first = published({});
    const second = correctedRevision(first, 'A slip', { headline: 'b' }, { ...first.event.data, headline: 'b' });
    expect(entryOf({ ...second, position: 43, publishedAt }).correction).toEqual({
      note: 'A slip',
      at: publishedAt,
      changed: ['/data/headline'],
    });
  });
  test('names related events by their public ids, whichever id was sent', () => {
    const known = eventIdOf('/newsrooms/dpa', 'b');
    const relations = [
      { rel: 'amends', id: 'kalbajar-2020-11-15' },
      { rel: 'under', id: known },
    ];
    const entry = entryOf(published({ relations }));
    expect(entry.related).toEqual([
      { rel: 'amends', id: eventIdOf('/newsrooms/example', 'kalbajar-2020-11-15') },
      { rel: 'under', id: known },
    ]);
    expect(entry.data.relations).toEqual(relations);
  });
});
