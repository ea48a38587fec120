import { describe, expect, test } from '@jest/globals';
import { digestOf, eventIdOf } from '../../events/identity.ts';

describe('an event id', () => {
  test('is the base32 of the SHA-256 of source, line feed and id', () => {
    // printf '/newsrooms/afp\nlachin-2020-12-01' | openssl dgst -sha256 -binary | base32 | tr A-Z a-z | cut -c1-26
    expect(eventIdOf('/newsrooms/afp', 'lachin-2020-12-01')).toBe('evt_asyx3gvikzcgpakuxzzhxynast');
  });
  test('differs by newsroom', () => {
    expect(eventIdOf('/newsrooms/afp', 'a')).not.toBe(eventIdOf('/newsrooms/dpa', 'a'));
  });
});

describe('a digest', () => {
  test('is over the canonical JSON of RFC 8785', () => {
    // printf '{"a":[1e+30,4.5],"b":"€$"}' | sha256sum
    expect(digestOf({ b: '\u20ac$', a: [1e30, 4.5] })).toBe(
      'cafb8bb1b60adbb3a01a4f5cfa91ae0f918ad108300b9b02f29e5b26162cea49',
    );
  });
  test('does not depend on the order of keys', () => {
    expect(digestOf({ a: 1, b: { c: 2, d: 3 } })).toBe(digestOf({ b: { d: 3, c: 2 }, a: 1 }));
  });
});
