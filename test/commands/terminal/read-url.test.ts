import { describe, expect, test } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { readUrl } from '../../../commands/terminal/read-url.ts';

describe('An address on a command line', () => {
  test.each(['http://127.0.0.1:3000', 'https://timeline.example.org/', 'http://[::1]:3000'])('is read: %s', (text) => {
    expect(readUrl(text)).toBe(text);
  });

  test.each(['timeline.example.org', 'localhost:3000', 'ftp://example.org', 'https://'])('is refused: %s', (text) => {
    expect(() => readUrl(text)).toThrow(
      new InvalidArgumentError('It must be an address such as http://127.0.0.1:3000.'),
    );
  });

  test.each(['https://user:word@example.org', 'https://user@example.org', 'https://:word@example.org'])(
    'is refused with a user name or a password: %s',
    (text) => {
      expect(() => readUrl(text)).toThrow(
        new InvalidArgumentError('It must not have a user name or a password. The key is given apart.'),
      );
    },
  );
});
