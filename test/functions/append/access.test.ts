import { describe, expect, test } from '@jest/globals';
import { Forbidden } from '../../../events/input/errors.ts';
import { assertMayWrite } from '../../../functions/lib/append/access.ts';
import { thrownBy } from '../../support/expectations/refusal.ts';

const key = (...stories: string[]) => ({ newsroom: 'afp', keyId: 'afp-abc234', scopes: ['events:write'], stories });
const source = '/newsrooms/afp';

describe('a key', () => {
  test('writes to every story if it is limited to none', () => {
    expect(assertMayWrite(key(), { source, stories: ['karabakh-2020', 'anything'] })).toBeUndefined();
  });

  test.each(['/newsrooms/reuters', '/newsrooms/afp/', '/newsrooms/AFP', '/newsrooms/afp2', 'afp', ''])(
    'cannot write as %j',
    (foreign) => {
      const error = thrownBy(() => assertMayWrite(key(), { source: foreign, stories: [] }));
      expect(error).toEqual(new Forbidden(`The key belongs to /newsrooms/afp. It cannot write as ${foreign}.`));
    },
  );

  test.each([
    ['karabakh-2020', 'karabakh-2020'],
    ['karabakh-*', 'karabakh-2020'],
    ['karabakh-*', 'karabakh-'],
    ['*', 'anything'],
    ['*-2020', 'karabakh-2020'],
    ['k*-*0', 'karabakh-2020'],
    ['a*a', 'aa'],
    ['*b*', 'abc'],
    ['a**c', 'abc'],
  ])('limited to %s can write to %s', (pattern, story) => {
    expect(assertMayWrite(key('other', pattern), { source, stories: [story] })).toBeUndefined();
  });

  test.each([
    ['karabakh-2020', 'karabakh-20200'],
    ['karabakh-*', 'karabakh'],
    ['karabakh-*', 'my-karabakh-2020'],
    ['*-2020', 'karabakh-2020-b'],
    ['a*a', 'a'],
    ['ab*bc', 'abc'],
    ['a*b*c', 'acb'],
    ['karabakh.2020', 'karabakh-2020'],
    ['karabakh-[0-9]+', 'karabakh-2020'],
    ['(a+)+', 'aaaa'],
    ['', 'a'],
  ])('limited to %s cannot write to %s', (pattern, story) => {
    const error = thrownBy(() => assertMayWrite(key('other', pattern), { source, stories: [story] }));
    expect(error).toEqual(new Forbidden(`The key cannot write to the story ${story}.`));
  });

  test('must be let into every story of the event', () => {
    const error = thrownBy(() => assertMayWrite(key('a-*', 'b'), { source, stories: ['a-1', 'b', 'c'] }));
    expect(error).toEqual(new Forbidden('The key cannot write to the story c.'));
  });

  test('with a pattern of many stars is decided at once', () => {
    const pattern = '*a'.repeat(40);
    expect(thrownBy(() => assertMayWrite(key(pattern), { source, stories: [`${'a'.repeat(79)}b`] }))).toBeInstanceOf(
      Forbidden,
    );
  });
});
