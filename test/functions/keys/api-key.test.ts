import { describe, expect, test } from '@jest/globals';
import { newsroomPattern } from '../../../events/catalogue/fields/identifiers.ts';
import { isSecretOf, newApiKey, parseApiKey, secretHashOf } from '../../../functions/lib/keys/api-key.ts';

const secret = 'A'.repeat(21) + '_-'.repeat(11);

describe('a new key', () => {
  test('has the form of a key, and can be parsed into its parts', () => {
    for (let made = 0; made < 200; made++) {
      const { key, keyId, secretHash } = newApiKey('afp-2');
      expect(keyId).toMatch(/^afp-2-[a-z2-7]{6}$/);
      const presented = parseApiKey(key);
      expect(presented).toEqual({ keyId, secret: key.slice(`tl_${keyId}_`.length) });
      expect(presented && secretHashOf(presented.secret)).toBe(secretHash);
    }
  });

  test('has another id and secret each time', () => {
    const keys = Array.from({ length: 100 }, () => newApiKey('afp'));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(100);
    expect(new Set(keys.map(({ secretHash }) => secretHash)).size).toBe(100);
  });

  test('has 32 bytes of secret', () => {
    const { key } = newApiKey('afp');
    expect(Buffer.from(parseApiKey(key)?.secret ?? '', 'base64url')).toHaveLength(32);
  });
});

describe('a text', () => {
  test.each([`tl_afp-abc234_${secret}`, `tl_a-b-c-abc234_${secret}`])('%s is parsed as a key', (text) => {
    expect(parseApiKey(text)?.secret).toBe(secret);
  });

  test.each([
    '',
    'tl_',
    `afp-abc234_${secret}`,
    `TL_afp-abc234_${secret}`,
    `tl_afp_${secret}`,
    `tl_afp-abc23_${secret}`,
    `tl_afp-abc189_${secret}`,
    `tl_-abc234_${secret}`,
    `tl_afp-abc234_${secret}A`,
    `tl_afp-abc234_${secret.slice(1)}`,
    `tl_afp-abc234_${secret.slice(1)}=`,
    `tl_afp-abc234_${secret}\n`,
    ` tl_afp-abc234_${secret}`,
    `tl_${'a'.repeat(41)}-abc234_${secret}`,
  ])('%j is not a key', (text) => {
    expect(parseApiKey(text)).toBeNull();
  });
});

describe('a secret', () => {
  test('matches the SHA-256 of itself', () => {
    expect(secretHashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(isSecretOf('abc', secretHashOf('abc'))).toBe(true);
    expect(isSecretOf('abd', secretHashOf('abc'))).toBe(false);
  });

  test('does not match a key that does not exist', () => {
    expect(isSecretOf('abc', undefined)).toBe(false);
  });
});

test.each([
  ['afp', true],
  ['2-morrow', true],
  ['a'.repeat(40), true],
  ['', false],
  ['AFP', false],
  ['-afp', false],
  ['a_b', false],
  ['a'.repeat(41), false],
])('whether %j is a valid newsroom is %s', (name, expected) => {
  expect(newsroomPattern.test(name)).toBe(expected);
});
