import { expect, test } from '@jest/globals';
import { decide, evolve, initialState } from '../../../events/decide.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import type { Revision } from '../../../events/revision.ts';
import { eventWith, now, recordedRevision } from '../given.ts';

const placesOf = (names: readonly string[]) => ({ places: names.map((name) => ({ name })) });

function correctedTo(latest: Revision, data: object): Revision {
  const command = { kind: 'correct', note: 'Fixed.', data, expected: latest.revision, newsroom: 'example' } as const;
  return decide(command, evolve(initialState, latest), now)[0] as Revision;
}

test('a correction keeps the facets of all earlier revisions that the event is no longer in', () => {
  const first = recordedRevision(eventWith(placesOf(['Lachin', 'Shusha'])));
  const second = correctedTo(first, placesOf(['Shusha']));
  expect(second.pastFacets).toEqual(['P#lachin']);
  const third = correctedTo(second, placesOf(['Lachin']));
  expect(third.pastFacets).toEqual(['P#shusha']);
});

test('an event whose revisions name more places than its feed entry can hold can only be retracted', () => {
  let latest = recordedRevision(eventWith({}));
  const correction = (round: number) =>
    placesOf(Array.from({ length: 16 }, (_, index) => `${'a very long name '.repeat(10)}${round} ${index}`));
  expect(() => {
    for (let round = 0; round < 50; round++) latest = correctedTo(latest, correction(round));
  }).toThrow(
    new InvalidInput([
      {
        pointer: '/data',
        detail:
          'The revisions of this event name too many actors and places. Retract it, and post a new event under a new id.',
      },
    ]),
  );
  const retract = { kind: 'retract', note: 'Anew.', expected: latest.revision, newsroom: 'example' } as const;
  expect(decide(retract, evolve(initialState, latest), now)).toHaveLength(1);
});
