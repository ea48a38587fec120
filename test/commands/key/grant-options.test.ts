import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { addGrantOptions, grantIn } from '../../../commands/key/grant-options.ts';
import { thrownBy } from '../../support/expectations/refusal.ts';

function read(commandLine: string) {
  const command = addGrantOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return grantIn(command.parse(commandLine.split(' '), { from: 'user' }));
}

/** The sentence by which a command line is refused. */
const refusal = (commandLine: string) => (thrownBy(() => read(commandLine)) as Error).message;

describe('the options of key create', () => {
  test.each([
    ['--newsroom afp --scopes events:write', { newsroom: 'afp', scopes: ['events:write'] }],
    [
      '--newsroom=afp --scopes stories:write,events:write,stories:write --stories karabakh-*,lachin --expires 90d',
      {
        newsroom: 'afp',
        scopes: ['stories:write', 'events:write'],
        stories: ['karabakh-*', 'lachin'],
        lifetimeMs: 90 * 86_400_000,
      },
    ],
    [
      '--newsroom afp --scopes events:write --expires 12h',
      { newsroom: 'afp', scopes: ['events:write'], lifetimeMs: 12 * 3_600_000 },
    ],
  ])('"%s" is accepted', (commandLine, expected) => {
    expect(read(commandLine)).toEqual(expected);
  });

  const create = '--newsroom afp --scopes events:write';
  const invalid = (flags: string, text: string) => `error: option '${flags}' argument '${text}' is invalid.`;
  const newsroom = '--newsroom <name>';
  const newsroomRule = 'It must have 1 to 40 lower-case letters, digits and hyphens, and must not begin with a hyphen.';
  const scopes = '--scopes <scopes>';
  const knownScopes = 'The scopes are events:write, events:redact, stories:write, webhooks:manage.';
  const stories = '--stories <stories>';
  const storyRule = 'is neither a story nor a pattern of stories, such as karabakh-2020 or karabakh-*.';
  const expires = '--expires <time>';
  const lifetimeRule = 'It must be a number of days or hours, such as 90d or 12h.';

  test.each([
    ['--scopes events:write', "error: required option '--newsroom <name>' not specified"],
    ['--newsroom afp', "error: required option '--scopes <scopes>' not specified"],
    ['--newsroom AFP --scopes events:write', `${invalid(newsroom, 'AFP')} ${newsroomRule}`],
    ['--newsroom=-afp --scopes events:write', `${invalid(newsroom, '-afp')} ${newsroomRule}`],
    [
      '--newsroom afp --scopes events:write,events:read',
      `${invalid(scopes, 'events:write,events:read')} "events:read" is not a scope. ${knownScopes}`,
    ],
    ['--newsroom afp --scopes events:write,', `${invalid(scopes, 'events:write,')} "" is not a scope. ${knownScopes}`],
    [`${create} --scopes stories:write`, `${invalid(scopes, 'stories:write')} It is given more than once.`],
    [`${create} --expires=`, `${invalid(expires, '')} It is empty.`],
    [`${create} --stories Karabakh`, `${invalid(stories, 'Karabakh')} "Karabakh" ${storyRule}`],
    [`${create} --stories a,,b`, `${invalid(stories, 'a,,b')} "" ${storyRule}`],
    [`${create} --expires 0d`, `${invalid(expires, '0d')} ${lifetimeRule}`],
    [`${create} --expires 90`, `${invalid(expires, '90')} ${lifetimeRule}`],
    [`${create} --expires 2027-01-01`, `${invalid(expires, '2027-01-01')} ${lifetimeRule}`],
    [`${create} --expires`, "error: option '--expires <time>' argument missing"],
    ['--newsroom --scopes events:write', `${invalid(newsroom, '--scopes')} ${newsroomRule}`],
  ])('"%s" is an error with a sentence', (commandLine, sentence) => {
    expect(refusal(commandLine)).toBe(sentence);
  });
});
