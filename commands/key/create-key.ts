import type { Command } from 'commander';
import { issueKey } from '../../functions/lib/keys/issue-key.ts';
import { addCommand, type Terminal } from '../terminal/cli.ts';
import { addGrantOptions, grantIn } from './grant-options.ts';
import { addKeyTableOptions, withKeyTable } from './key-table.ts';

/** Adds `key create`, which prints a new key. */
export function createKeyCommand(key: Command, { print, remark }: Terminal): void {
  const command = addCommand(key, 'create', {
    summary: 'Create a key for a newsroom and print it.',
    description: `Creates a key for a newsroom and prints it, alone on standard output. It cannot be shown again, since only a hash of it is
stored. It works at once.`,
    examples: [
      ['A key for the local system', 'npx timeline key create --newsroom afp --scopes events:write,stories:write'],
      [
        'A key for a deployed system, for some stories and for 90 days',
        "npx timeline key create --newsroom afp --scopes events:write --stories 'karabakh-*' --expires 90d --table ACCESS_TABLE",
      ],
    ],
    exitCodes: { done: 'The key is created.', failed: 'The table of keys cannot be reached.' },
  });
  addKeyTableOptions(addGrantOptions(command)).action((_options: object, command: Command) =>
    withKeyTable(command, async (table) => {
      print(await issueKey(table, grantIn(command), Date.now()));
      remark('Store the key now. It cannot be shown again.');
    }),
  );
}
