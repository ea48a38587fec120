import { type Command, InvalidArgumentError } from 'commander';
import { dayMs, hourMs } from '../../events/dates/durations.ts';
import type { KeyGrant } from '../../functions/lib/keys/issue-key.ts';
import { scopes as knownScopes } from '../../functions/routes.ts';
import { valueOption } from '../terminal/cli.ts';
import { newsroomOption } from './newsroom-option.ts';

const storyPattern = /^[a-z0-9*][a-z0-9*-]{0,79}$/;
const lifetimePattern = /^([1-9]\d{0,3})([dh])$/;
const unitMs = { d: dayMs, h: hourMs };

/** The values of the options. */
interface GrantOptions {
  readonly newsroom: string;
  readonly scopes: KeyGrant['scopes'];
  readonly stories?: readonly string[];
  readonly expires?: number;
}

/** The parts of a list that commas separate, without repetition. */
const listed = (text: string) => [...new Set(text.split(',').map((part) => part.trim()))];

const readScopes = (text: string) =>
  listed(text).map((name) => {
    const scope = knownScopes.find((known) => known === name);
    if (scope) return scope;
    throw new InvalidArgumentError(`"${name}" is not a scope. The scopes are ${knownScopes.join(', ')}.`);
  });

const readStories = (text: string) =>
  listed(text).map((pattern) => {
    if (storyPattern.test(pattern)) return pattern;
    throw new InvalidArgumentError(
      `"${pattern}" is neither a story nor a pattern of stories, such as karabakh-2020 or karabakh-*.`,
    );
  });

/** @returns milliseconds */
function readLifetime(text: string): number {
  const [, amount, unit] = lifetimePattern.exec(text) ?? [];
  if (amount) return Number(amount) * unitMs[unit as keyof typeof unitMs];
  throw new InvalidArgumentError('It must be a number of days or hours, such as 90d or 12h.');
}

/** Adds the options that say what a new key may do. */
export function addGrantOptions(command: Command): Command {
  return command
    .addOption(newsroomOption('The newsroom that the key belongs to.').makeOptionMandatory())
    .addOption(
      valueOption(
        '--scopes <scopes>',
        `What the key may do, separated by commas: ${knownScopes.join(', ')}.`,
        readScopes,
      ).makeOptionMandatory(),
    )
    .addOption(
      valueOption(
        '--stories <stories>',
        'The stories that the key may write to, separated by commas; * matches any text. Default: all stories.',
        readStories,
      ),
    )
    .addOption(
      valueOption(
        '--expires <time>',
        'The time after which the key expires, such as 90d or 12h. Default: never.',
        readLifetime,
      ),
    );
}

/** The grant in the options of `addGrantOptions`. */
export function grantIn(command: Command): KeyGrant {
  const { newsroom, scopes, stories, expires } = command.opts<GrantOptions>();
  return {
    newsroom,
    scopes,
    ...(stories !== undefined && { stories }),
    ...(expires !== undefined && { lifetimeMs: expires }),
  };
}
