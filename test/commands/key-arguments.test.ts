import { describe, expect, test } from '@jest/globals';
import { keyArguments } from '../../commands/key-arguments.ts';
import { UsageError } from '../../commands/usage-error.ts';
import { thrownBy } from '../support/expectations/refusal.ts';

const read = (commandLine: string) => keyArguments(commandLine.split(' ').filter((word) => word !== ''));
const secret = 'A'.repeat(43);

describe('the command line of key', () => {
  test.each([
    ['list', { action: { name: 'list' }, store: { dataFolder: '.timeline' } }],
    ['list --data elsewhere', { action: { name: 'list' }, store: { dataFolder: 'elsewhere' } }],
    ['--table Keys list', { action: { name: 'list' }, store: { table: 'Keys' } }],
    ['revoke afp-abc234', { action: { name: 'revoke', keyId: 'afp-abc234' }, store: { dataFolder: '.timeline' } }],
    [
      'create --newsroom afp --scopes events:write',
      {
        action: { name: 'create', grant: { newsroom: 'afp', scopes: ['events:write'] } },
        store: { dataFolder: '.timeline' },
      },
    ],
    [
      'create --newsroom=afp --scopes stories:write,events:write,stories:write --stories karabakh-*,lachin --expires 90d',
      {
        action: {
          name: 'create',
          grant: {
            newsroom: 'afp',
            scopes: ['stories:write', 'events:write'],
            stories: ['karabakh-*', 'lachin'],
            lifetimeMs: 90 * 86_400_000,
          },
        },
        store: { dataFolder: '.timeline' },
      },
    ],
    [
      'create --newsroom afp --scopes events:write --expires 12h',
      {
        action: {
          name: 'create',
          grant: { newsroom: 'afp', scopes: ['events:write'], lifetimeMs: 12 * 3_600_000 },
        },
        store: { dataFolder: '.timeline' },
      },
    ],
  ])('"%s" is understood', (commandLine, expected) => {
    expect(read(commandLine)).toEqual(expected);
  });

  const create = 'create --newsroom afp --scopes events:write';
  const scopesThereAre = 'There are: events:write, stories:write, webhooks:manage.';
  const newsroomRule = '--newsroom is 1 to 40 lower-case letters, digits and hyphens, and does not begin with one.';

  test.each([
    ['', 'Say what to do: create, list or revoke ID.'],
    ['destroy', 'Say what to do: create, list or revoke ID.'],
    ['list all', 'Say what to do: create, list or revoke ID.'],
    ['create afp', 'Say what to do: create, list or revoke ID.'],
    ['create --scopes events:write', 'Say whose key it is: --newsroom NAME.'],
    ['create --newsroom afp', 'Say what it may do: --scopes events:write,stories:write,webhooks:manage.'],
    ['create --newsroom AFP --scopes events:write', newsroomRule],
    ['create --newsroom=-afp --scopes events:write', newsroomRule],
    ['create --newsroom afp --scopes events:write,events:read', `"events:read" is not a scope. ${scopesThereAre}`],
    ['create --newsroom afp --scopes events:write,', `"" is not a scope. ${scopesThereAre}`],
    [`${create} --scopes stories:write`, '--scopes stands more than once.'],
    [`${create} --data=`, '--data is empty.'],
    [
      `${create} --stories Karabakh`,
      '"Karabakh" is not a story or a pattern of stories, such as karabakh-2020 or karabakh-*.',
    ],
    [`${create} --stories a,,b`, '"" is not a story or a pattern of stories, such as karabakh-2020 or karabakh-*.'],
    [`${create} --expires 0d`, '--expires says after how many days or hours: 90d or 12h, not "0d".'],
    [`${create} --expires 90`, '--expires says after how many days or hours: 90d or 12h, not "90".'],
    [`${create} --expires 2027-01-01`, '--expires says after how many days or hours: 90d or 12h, not "2027-01-01".'],
    [`${create} --data a --table b`, 'Keys are with the data (--data) or in a table (--table), not in both.'],
    ['list --expires 90d', '--newsroom, --scopes, --stories and --expires belong to create.'],
    ['revoke', 'Say which key: revoke ID.'],
    ['revoke a b', 'Say which key: revoke ID.'],
  ])('"%s" is refused with a sentence', (commandLine, sentence) => {
    expect(thrownBy(() => read(commandLine))).toEqual(new UsageError(sentence));
  });

  test.each(['list --verbose', 'list --data', 'create --newsroom --scopes events:write'])(
    '"%s" is refused with the sentence of Node',
    (commandLine) => {
      expect(thrownBy(() => read(commandLine))).toBeInstanceOf(UsageError);
    },
  );

  test('a whole key is not repeated, only its id', () => {
    const error = thrownBy(() => read(`revoke tl_afp-abc234_${secret}`));
    expect(error).toEqual(new UsageError("That is a whole key, which is nobody's business; its id is afp-abc234."));
  });
});
