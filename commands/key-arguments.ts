import { parseArgs } from 'node:util';
import { dayMs, hourMs } from '../events/dates/durations.ts';
import { scopes as knownScopes } from '../functions/lib/http/scopes.ts';
import { newsroomPattern, parseApiKey } from '../functions/lib/keys/api-key.ts';
import type { KeyGrant } from '../functions/lib/keys/issue-key.ts';
import { UsageError } from './usage-error.ts';

/** Where the keys are: with the data of the local system, or in a table of the account that the SDK's settings name. */
export type KeyStore = { readonly dataFolder: string } | { readonly table: string };

export type KeyAction =
  | { readonly name: 'create'; readonly grant: KeyGrant }
  | { readonly name: 'list' }
  | { readonly name: 'revoke'; readonly keyId: string };

const usualDataFolder = '.timeline';
const storyPattern = /^[a-z0-9*][a-z0-9*-]{0,79}$/;
const lifetime = /^([1-9]\d{0,3})([dh])$/;
const unitMs = { d: dayMs, h: hourMs };

const option = { type: 'string', multiple: true } as const;
const options = {
  newsroom: option,
  scopes: option,
  stories: option,
  expires: option,
  data: option,
  table: option,
} as const;

type Values = { [name in keyof typeof options]?: string };

function parsed(commandLine: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...commandLine], options, allowPositionals: true });
    const once = Object.entries(values).map(([name, given]) => {
      if (given.length > 1) throw new UsageError(`--${name} stands more than once.`);
      if (given[0] === '') throw new UsageError(`--${name} is empty.`);
      return [name, given[0]];
    });
    return { values: Object.fromEntries(once), positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** The parts of a list with commas, each once. */
function listed(text: string): string[] {
  return [...new Set(text.split(',').map((part) => part.trim()))];
}

function scopesIn(text: string): KeyGrant['scopes'] {
  return listed(text).map((name) => {
    const scope = knownScopes.find((known) => known === name);
    if (!scope) throw new UsageError(`"${name}" is not a scope. There are: ${knownScopes.join(', ')}.`);
    return scope;
  });
}

function storiesIn(text: string): string[] {
  return listed(text).map((pattern) => {
    if (storyPattern.test(pattern)) return pattern;
    throw new UsageError(`"${pattern}" is not a story or a pattern of stories, such as karabakh-2020 or karabakh-*.`);
  });
}

function lifetimeIn(text: string): number {
  const [, amount, unit] = lifetime.exec(text) ?? [];
  if (!amount) throw new UsageError(`--expires says after how many days or hours: 90d or 12h, not "${text}".`);
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}

function grantIn({ newsroom, scopes, stories, expires }: Values): KeyGrant {
  if (newsroom === undefined) throw new UsageError('Say whose key it is: --newsroom NAME.');
  if (!newsroomPattern.test(newsroom)) {
    throw new UsageError('--newsroom is 1 to 40 lower-case letters, digits and hyphens, and does not begin with one.');
  }
  if (scopes === undefined) throw new UsageError(`Say what it may do: --scopes ${knownScopes.join(',')}.`);
  return {
    newsroom,
    scopes: scopesIn(scopes),
    ...(stories !== undefined && { stories: storiesIn(stories) }),
    ...(expires !== undefined && { lifetimeMs: lifetimeIn(expires) }),
  };
}

function keyIdIn(positionals: readonly string[]): string {
  const [keyId, more] = positionals;
  if (keyId === undefined || more !== undefined) throw new UsageError('Say which key: revoke ID.');
  const whole = parseApiKey(keyId);
  if (whole) throw new UsageError(`That is a whole key, which is nobody's business; its id is ${whole.keyId}.`);
  return keyId;
}

function actionIn(values: Values, [name, ...rest]: readonly string[]): KeyAction {
  if (name === 'create' && rest.length === 0) return { name, grant: grantIn(values) };
  const { newsroom, scopes, stories, expires } = values;
  if ((name === 'list' || name === 'revoke') && (newsroom ?? scopes ?? stories ?? expires) !== undefined) {
    throw new UsageError('--newsroom, --scopes, --stories and --expires belong to create.');
  }
  if (name === 'list' && rest.length === 0) return { name };
  if (name === 'revoke') return { name, keyId: keyIdIn(rest) };
  throw new UsageError('Say what to do: create, list or revoke ID.');
}

/** @throws {UsageError} saying what cannot be understood */
export function keyArguments(commandLine: readonly string[]): { action: KeyAction; store: KeyStore } {
  const { values, positionals } = parsed(commandLine);
  const action = actionIn(values, positionals);
  const { table, data } = values;
  if (table === undefined) return { action, store: { dataFolder: data ?? usualDataFolder } };
  if (data !== undefined) throw new UsageError('Keys are with the data (--data) or in a table (--table), not in both.');
  return { action, store: { table } };
}
