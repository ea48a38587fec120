import { describe, expect, test } from '@jest/globals';
import { decide } from '../../events/decisions/decide.ts';
import { evolve, initialState } from '../../events/decisions/event-state.ts';
import { countValues, noValues, valuesOf } from '../../events/event-values.ts';
import { Conflict } from '../../events/input/errors.ts';
import {
  maximumRevisionsOfEvent as maximumRevisions,
  maximumValuesOfEvent as maximumValues,
} from '../../events/input/limits.ts';
import type { Revision } from '../../events/revision.ts';
import { thrownBy } from '../support/expectations/refusal.ts';
import { eventWith, now, recordedRevision } from './given.ts';

const placesOf = (names: readonly string[]) => ({ places: names.map((name) => ({ name })) });

function correctedTo(latest: Revision, data: object): Revision {
  const command = { kind: 'correct', note: 'Fixed.', data, expected: latest.revision, newsroom: 'example' } as const;
  return decide(command, evolve(initialState, latest), now)[0] as Revision;
}

function retracted(latest: Revision): Revision {
  const command = { kind: 'retract', note: 'Anew.', expected: latest.revision, newsroom: 'example' } as const;
  return decide(command, evolve(initialState, latest), now)[0] as Revision;
}

describe('a correction carries the values of earlier revisions that the event no longer has:', () => {
  test('its places, for all earlier revisions', () => {
    const first = recordedRevision(eventWith(placesOf(['Lachin', 'Shusha'])));
    const second = correctedTo(first, placesOf(['Shusha']));
    expect(second.carried).toEqual({ ...noValues, places: ['lachin'] });
    const third = correctedTo(second, placesOf(['Lachin']));
    expect(third.carried).toEqual({ ...noValues, places: ['shusha'] });
  });

  test('its dates, topics and status', () => {
    const first = recordedRevision(eventWith({ topics: ['medtop:20000056'], status: 'reported' }));
    const second = correctedTo(first, { when: { edtf: '2020-12-02' }, topics: null, status: 'confirmed' });
    expect(second.carried).toEqual({
      ...noValues,
      topics: ['medtop:20000056'],
      statuses: ['reported'],
      spans: valuesOf(first).spans,
    });
  });

  test('nothing if the event still has all values', () => {
    const first = recordedRevision(eventWith(placesOf(['Lachin'])));
    expect(correctedTo(first, placesOf(['Lachin', 'Shusha']))).not.toHaveProperty('carried');
  });

  test('the same values as its retraction', () => {
    const second = correctedTo(recordedRevision(eventWith(placesOf(['Lachin']))), placesOf(['Shusha']));
    expect(retracted(second).carried).toEqual({ ...noValues, places: ['lachin'] });
  });
});

describe('an event whose revisions have', () => {
  const names = (round: number) => placesOf(Array.from({ length: 16 }, (_, index) => `place ${round} ${index}`));

  test(`${maximumValues} values cannot be given more, but can be retracted`, () => {
    let latest = recordedRevision(eventWith({}));
    const error = thrownBy(() => {
      for (let round = 0; round < 50; round++) latest = correctedTo(latest, names(round));
    });
    // Story, type, status, newsroom and date, and sixteen places in each of five corrections: the sixth would make it
    // 101.
    expect(latest.revision).toBe(5);
    expect(countValues(valuesOf(latest)) + countValues(latest.carried ?? noValues)).toBe(85);
    expect(error).toBeInstanceOf(Conflict);
    expect((error as Conflict).message).toBe(
      'The revisions of an event name at most 96 stories, places, actors, topics, statuses, newsrooms and dates in all; with this one they would name 101. Retract this event, and post a new one under a new id.',
    );
    expect(retracted(latest).kind).toBe('retracted');
  });

  test(`${maximumRevisions} revisions cannot be corrected again, but can be retracted`, () => {
    const last = { ...recordedRevision(eventWith({})), revision: maximumRevisions - 1 };
    const error = thrownBy(() => correctedTo(last, { headline: 'b' }));
    expect(error).toBeInstanceOf(Conflict);
    expect((error as Conflict).message).toBe(
      'An event has at most 1000 revisions, and this one has them. Retract this event, and post a new one under a new id.',
    );
    expect(correctedTo({ ...last, revision: maximumRevisions - 2 }, { headline: 'b' }).revision).toBe(999);
    expect(retracted(last).revision).toBe(1_000);
  });
});
