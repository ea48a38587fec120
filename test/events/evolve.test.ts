import { expect, test } from '@jest/globals';
import { evolve, initialState } from '../../events/decisions/event-state.ts';
import { correctedRevision, eventWith, recordedRevision } from './given.ts';

const first = recordedRevision(eventWith());
const second = correctedRevision(first, 'A note', { headline: 'b' }, { ...first.event.data, headline: 'b' });
const third = correctedRevision(second, 'A note', { headline: 'c' }, { ...first.event.data, headline: 'c' });

test('the initial state of an event has no revision', () => {
  expect(initialState).toEqual({ latest: null, digests: {} });
});

test('each revision becomes the latest, and the state keeps its digest', () => {
  expect([first, second].reduce(evolve, initialState)).toEqual({
    latest: second,
    digests: { 0: first.digest, 1: second.digest },
  });
});

test('the state has no digest of revisions that were not read', () => {
  expect([second, third].reduce(evolve, initialState)).toEqual({
    latest: third,
    digests: { 1: second.digest, 2: third.digest },
  });
});

test('a revision returns a new state and does not change the old one', () => {
  const before = evolve(initialState, first);
  evolve(before, second);
  expect(before).toEqual({ latest: first, digests: { 0: first.digest } });
});
