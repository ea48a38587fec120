import type { Command } from 'commander';
import { type AccessKey, listAccessKeys } from '../../functions/lib/keys/access-table.ts';
import { addCommand, type Terminal } from '../terminal/cli.ts';
import { columns } from '../terminal/columns.ts';
import { addKeyTableOptions, withKeyTable } from './key-table.ts';

const headings = ['ID', 'NEWSROOM', 'SCOPES', 'STORIES', 'CREATED', 'STATE'];

function stateOf({ revokedAt, expiresAt }: AccessKey, now: number): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (expiresAt === undefined) return 'valid';
  return Date.parse(expiresAt) <= now ? `expired ${expiresAt}` : `valid until ${expiresAt}`;
}

const rowOf = (key: AccessKey, now: number) => [
  key.keyId,
  key.newsroom,
  key.scopes.join(','),
  key.stories.join(',') || '(all)',
  key.createdAt,
  stateOf(key, now),
];

/** Adds `key list`, which prints the keys without their secrets. */
export function listKeysCommand(key: Command, { print, remark }: Terminal): void {
  const command = addCommand(key, 'list', {
    summary: 'List the keys, without their secrets.',
    description:
      'Lists all keys by id, including those that are revoked or expired. Their secrets are not stored and cannot be shown.',
    examples: [
      ['The keys of the local system', 'npx timeline key list'],
      ['The keys of a deployed system, for a program', 'npx timeline key list --json --table ACCESS_TABLE'],
    ],
    exitCodes: { done: 'The keys are listed.', failed: 'The table of keys cannot be reached.' },
  });
  addKeyTableOptions(command)
    .option('--json', 'Print a JSON array: id, newsroom, scopes, stories (none: all), and the times of each.')
    .action(({ json }: { readonly json?: true }, command: Command) =>
      withKeyTable(command, async (table) => {
        const keys = await listAccessKeys(table);
        if (json) print(JSON.stringify(keys.map(({ secretHash: _, ...shown }) => shown)));
        else if (keys.length === 0) remark('There are no keys yet.');
        else print(columns([headings, ...keys.map((accessKey) => rowOf(accessKey, Date.now()))]));
      }),
    );
}
