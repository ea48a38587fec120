import { describe, expect, test } from '@jest/globals';
import { decideHeld, type HeldCommand } from '../../events/decisions/decide-held.ts';
import { type HeldEvent, longestEmbargoMs, publishAtOf } from '../../events/held-event.ts';
import { digestOf, eventIdOf } from '../../events/identity.ts';
import { Conflict, InvalidInput, NotFound, StaleRevision, StateConflict } from '../../events/input/errors.ts';
import { thrownBy } from '../support/expectations/refusal.ts';
import { eventWith, now, recordedAt } from './given.ts';

const event = eventWith({ headline: 'A secret' });
const other = eventWith({ headline: 'Another secret' });
const later = '2020-12-02T12:00:00.000Z';
const contentOf = ({ type, subject, data }: typeof event) => digestOf({ type, subject, data });
const held: HeldEvent = {
  eventId: eventIdOf(event.source, event.id),
  newsroom: 'example',
  event,
  digest: contentOf(event),
  publishAt: later,
  heldAt: recordedAt,
  place: 3,
  version: 0,
};
const publishing: HeldEvent = { ...held, isPublishing: true, version: 1 };
const refused: HeldEvent = {
  ...held,
  conflict: { reason: 'taken', detail: 'It is taken.', at: recordedAt },
  version: 2,
};
const hold = { kind: 'hold', event, newsroom: 'example', publishAt: later, place: 3 } as const;

const given = (before: HeldEvent | null, at = now) => ({
  when: (command: HeldCommand) => ({
    thenHolds: (after: HeldEvent | null) => expect(decideHeld(command, before, at)).toEqual(after),
    thenThrows: (failure: abstract new (...values: never[]) => Error) =>
      expect(thrownBy(() => decideHeld(command, before, at))).toBeInstanceOf(failure),
  }),
});

describe('holding an event', () => {
  test('keeps it until its time', () => given(null).when(hold).thenHolds(held));
  test('again changes nothing, while it is held, published or refused', () => {
    for (const before of [held, publishing, refused]) given(before).when(hold).thenHolds(before);
  });
  test('with other content or another time is a conflict', () => {
    given(held)
      .when({ ...hold, event: other })
      .thenThrows(Conflict);
    given(held)
      .when({ ...hold, publishAt: '2020-12-02T12:00:00.001Z' })
      .thenThrows(Conflict);
  });
});

describe('replacing a held event', () => {
  test('keeps its time and its place, unless another time is given', () => {
    const after = { ...held, event: other, digest: contentOf(other), version: 1 };
    given(held).when({ kind: 'replace', event: other }).thenHolds(after);
    const publishAt = '2020-12-02T11:00:00.000Z';
    given(held)
      .when({ kind: 'replace', event: other, publishAt })
      .thenHolds({ ...after, publishAt });
  });
  test('ends a conflict', () => {
    given(refused)
      .when({ kind: 'replace', event })
      .thenHolds({ ...held, version: 3 });
  });
  test('is refused if none is held, it is being published, it was changed, or its time has passed', () => {
    const replace = { kind: 'replace', event: other } as const;
    given(null).when(replace).thenThrows(NotFound);
    given(publishing).when(replace).thenThrows(StateConflict);
    given(held)
      .when({ ...replace, expected: 1 })
      .thenThrows(StaleRevision);
    given(held, Date.parse(later)).when(replace).thenThrows(InvalidInput);
  });
});

describe('retracting a held event', () => {
  test('ends that it is held', () => {
    for (const before of [held, refused]) given(before).when({ kind: 'retract' }).thenHolds(null);
  });
  test('is refused if none is held, it is being published, or it was changed', () => {
    given(null).when({ kind: 'retract' }).thenThrows(NotFound);
    given(publishing).when({ kind: 'retract' }).thenThrows(StateConflict);
    given(held).when({ kind: 'retract', expected: 7 }).thenThrows(StaleRevision);
  });
});

describe('publishing a held event', () => {
  test('begins at its time, not before', () => {
    given(held, Date.parse(later) - 1)
      .when({ kind: 'publish' })
      .thenHolds(held);
    given(held, Date.parse(later)).when({ kind: 'publish' }).thenHolds(publishing);
  });
  test('begins once, and not where a conflict ended it', () => {
    for (const before of [publishing, refused]) {
      given(before, Date.parse(later)).when({ kind: 'publish' }).thenHolds(before);
    }
  });
  test('begins at once if it is released, even after a conflict', () => {
    given(held)
      .when({ kind: 'release' })
      .thenHolds({ ...publishing, publishAt: recordedAt });
    given(refused)
      .when({ kind: 'release' })
      .thenHolds({ ...publishing, publishAt: recordedAt, version: 3 });
    given(publishing).when({ kind: 'release' }).thenHolds(publishing);
    given(null).when({ kind: 'release' }).thenThrows(NotFound);
  });
  test('ends with a conflict if it is refused', () => {
    given(publishing)
      .when({ kind: 'refuse', reason: 'taken', detail: 'It is taken.', refused: publishing.version })
      .thenHolds(refused);
  });
});

describe('the instant of publication', () => {
  test.each([
    ['2020-12-02T13:00:00+01:00', later],
    ['2020-12-02t12:00:00z', later],
    ['2020-12-02T12:00:00.0000001Z', '2020-12-02T12:00:00.001Z'],
    ['2020-12-02T12:00:00.250Z', '2020-12-02T12:00:00.250Z'],
    ['2020-12-31T23:59:60Z', '2021-01-01T00:00:00.000Z'],
    [new Date(now + longestEmbargoMs).toISOString(), new Date(now + longestEmbargoMs).toISOString()],
  ])('%s is %s: nothing is published before its time', (text, expected) => {
    expect(publishAtOf(text, now)).toBe(expected);
  });
  test.each([
    ['has passed', recordedAt],
    ['is more than a year ahead', new Date(now + longestEmbargoMs + 1).toISOString()],
  ])('that %s is refused', (_, text) => {
    const error = thrownBy(() => publishAtOf(text, now));
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).errors).toMatchObject([{ parameter: 'publishAt' }]);
  });
});
