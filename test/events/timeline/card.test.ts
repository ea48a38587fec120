import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PublishedRevision } from '../../../events/revision.ts';
import { cardOf, instantKey, orderOf } from '../../../events/timeline/card.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../given.ts';

const publishedAt = '2020-12-02T09:30:01.000Z';
const first: PublishedRevision = {
  ...recordedRevision(
    eventWith({
      when: { edtf: '2020-11-09/2020-11-10', tz: 'Asia/Baku' },
      actors: [{ name: 'Russia', iso3166: 'RU' }],
      places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }],
      topics: ['medtop:20000056'],
      stories: ['b'],
    }),
  ),
  position: 42,
  publishedAt,
};

describe('a card', () => {
  test('has all that a read needs: its order, the values that filters compare, and the entry', () => {
    expect(cardOf(first)).toEqual({
      eventId: first.eventId,
      revision: 0,
      position: 42,
      publishedAt,
      facets: ['ALL', 'S#karabakh-2020', 'S#b', 'T#development.reported', 'P#AZ-LAC', 'A#RU'],
      spanClass: 'm',
      order: `063772171200000#063772343999999#${first.eventId}`,
      extent: {
        earliest: Date.parse('2020-11-08T20:00:00Z'),
        latest: Date.parse('2020-11-10T20:00:00Z') - 1,
        civilEarliest: '2020-11-09',
        civilLatest: '2020-11-10',
        kind: 'span',
        precision: 'day',
      },
      filters: {
        types: ['development.reported'],
        statuses: ['confirmed'],
        stories: ['karabakh-2020', 'b'],
        actors: ['RU'],
        places: ['AZ-LAC'],
        topics: ['medtop:20000056'],
        newsrooms: ['example'],
      },
      entry: JSON.stringify(entryOf(first)),
    });
  });
  test('of a correction shows what it changed', () => {
    const data = { ...first.event.data, headline: 'b', when: { edtf: '2020-11-09', tz: 'Asia/Baku' } };
    const second = { ...first, ...correctedRevision(first, 'A slip', {}, data), position: 43 };
    const card = cardOf(second);
    expect(JSON.parse(card?.entry ?? '').correction.changed).toEqual(['/data/when/edtf', '/data/headline']);
    expect(card?.entry).toBe(JSON.stringify(entryOf(second)));
    expect(card?.spanClass).toBe('d');
  });
  test('does not exist for a retracted event', () => {
    expect(cardOf({ ...first, ...retractedRevision(first, 'No') })).toBeNull();
  });
});

describe('the key of an instant', () => {
  const instant = fc.oneof(
    fc.constant(null),
    fc.integer({
      min: Date.parse('0001-01-01T00:00:00Z') - 14 * 3_600_000,
      max: Date.parse('9999-12-31T23:59:59.999Z') + 12 * 3_600_000,
    }),
  );
  const comparable = (value: number | null, unbounded: number) => value ?? unbounded;
  const sign = (one: string | number, other: string | number) => (one === other ? 0 : one < other ? -1 : 1);

  test('sorts in the order of instants, with an open start first and an open end last', () => {
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        expect(sign(instantKey(one, 'start'), instantKey(other, 'start'))).toBe(
          sign(comparable(one, Number.NEGATIVE_INFINITY), comparable(other, Number.NEGATIVE_INFINITY)),
        );
        expect(sign(instantKey(one, 'end'), instantKey(other, 'end'))).toBe(
          sign(comparable(one, Number.POSITIVE_INFINITY), comparable(other, Number.POSITIVE_INFINITY)),
        );
      }),
    );
  });
  test('can be read back to the instant', () => {
    fc.assert(
      fc.property(instant, instant, (earliest, latest) => {
        expect(orderOf(`${instantKey(earliest, 'start')}#${instantKey(latest, 'end')}#evt_a`)).toEqual({
          earliest,
          latest,
        });
      }),
    );
  });
});
