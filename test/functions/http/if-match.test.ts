import { expect, test } from '@jest/globals';
import { RevisionRequired } from '../../../events/input/errors.ts';
import { ifMatchRevision } from '../../../functions/lib/http/if-match.ts';
import { refusal, thrownBy } from '../../support/expectations/refusal.ts';

test.each([
  ['"0"', 0],
  ['"3"', 3],
  ['W/"3"', 3],
  [' "12" ', 12],
  ['"999999"', 999_999],
])('If-Match: %s names a revision', (header, revision) => {
  expect(ifMatchRevision({ 'if-match': header })).toBe(revision);
});

test.each(['', '3', '*', '"3", "4"', '"03"', '"-1"', '"1.0"', '"1000000"', 'w/"3"', '"٣"', '""'])(
  'If-Match: %s names none',
  (header) => {
    const detail = 'Must be one revision in double quotes, as in If-Match: "3".';
    expect(refusal(() => ifMatchRevision({ 'if-match': header }))).toEqual([{ header: 'if-match', detail }]);
  },
);

test('without the header the revision is asked for', () => {
  expect(thrownBy(() => ifMatchRevision({}))).toBeInstanceOf(RevisionRequired);
});
