import { describe, expect, test } from '@jest/globals';
import { RevisionRequired } from '../../../events/input/errors.ts';
import { ifMatchRevision, preconditionsOf } from '../../../functions/lib/append/preconditions.ts';
import { refusal, thrownBy } from '../../support/expectations/refusal.ts';

describe('If-Match', () => {
  test.each([
    ['"0"', 0],
    ['"3"', 3],
    ['W/"3"', 3],
    [' "12" ', 12],
    ['"999999"', 999_999],
    ['"3-gzip"', 3],
    ['W/"3-br"', 3],
    [`"7.${'Ab-_'.repeat(10)}xyz"`, 7],
    [`W/"7.${'Ab-_'.repeat(10)}xyz-gzip"`, 7],
    [`"none.${'a'.repeat(43)}-br"`, -1],
  ])('%s names a revision', (header, revision) => {
    expect(ifMatchRevision({ 'if-match': header })).toBe(revision);
  });

  test.each([
    '',
    '3',
    '*',
    '"3", "4"',
    '"3","3"',
    '"03"',
    '"-1"',
    '"1.0"',
    '"1000000"',
    'w/"3"',
    '"٣"',
    '""',
    '"none"',
    '"3-zstd"',
    '"3-gzip-br"',
    '"3.abc"',
  ])('%s names none', (header) => {
    const detail = 'Must be one revision in double quotes, as in If-Match: "3".';
    expect(refusal(() => ifMatchRevision({ 'if-match': header }))).toEqual([{ header: 'if-match', detail }]);
  });

  test('is required where a change needs a revision', () => {
    expect(thrownBy(() => ifMatchRevision({}))).toBeInstanceOf(RevisionRequired);
  });
});

describe('preconditions', () => {
  test.each([
    [{}, {}],
    [{ 'if-match': '"3"' }, { expected: 3 }],
    [{ 'if-none-match': '*' }, { mustBeNew: true }],
    [
      { 'if-none-match': ' * ', 'if-match': '"3"' },
      { expected: 3, mustBeNew: true },
    ],
  ])('are read from %j', (headers, preconditions) => {
    expect(preconditionsOf(headers)).toEqual(preconditions);
  });

  test.each(['"3"', '', '*,*', 'W/"3"'])('are refused if If-None-Match is %j, which would not be checked', (header) => {
    const detail = 'Must be *, which lets this create, but not change. To change a revision send If-Match.';
    expect(refusal(() => preconditionsOf({ 'if-none-match': header }))).toEqual([{ header: 'if-none-match', detail }]);
  });
});
