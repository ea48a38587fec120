import type { Command } from 'commander';
import { revokeAccessKey } from '../../functions/lib/keys/access-table.ts';
import { parseApiKey } from '../../functions/lib/keys/api-key.ts';
import { addCommand, CommandFailure, misused, type Terminal } from '../cli.ts';
import { addKeyTableOptions, withKeyTable } from './key-table.ts';

/** Adds `key revoke`, which ends a key for good. */
export function revokeKeyCommand(key: Command, { print, remark }: Terminal): void {
  const command = addCommand(key, 'revoke', {
    summary: 'Revoke a key for good.',
    description:
      'Revokes a key for good. Within a minute it is refused everywhere. A key that is revoked already stays revoked.',
    examples: [
      ['Revoke a key of the local system', 'npx timeline key revoke afp-k3v7qa'],
      ['Revoke a key of a deployed system', 'npx timeline key revoke afp-k3v7qa --table ACCESS_TABLE'],
    ],
    exitCodes: { done: 'The key is revoked.', failed: 'There is no such key, or the table of keys cannot be reached.' },
  }).argument('<id>', 'the id of the key, as "key list" shows it');
  addKeyTableOptions(command).action(async (keyId: string, _options: object, command: Command) => {
    // Others can read what is on a command line. Do not repeat the key in a message too.
    const whole = parseApiKey(keyId);
    if (whole) misused(command, `give the id of the key, not the key itself. The id is ${whole.keyId}.`);
    await withKeyTable(command, async (table) => {
      const revokedAt = await revokeAccessKey(table, keyId, new Date().toISOString());
      if (revokedAt === undefined) {
        throw new CommandFailure(`There is no key ${keyId}. To see those there are: npx timeline key list`);
      }
      print(`${keyId} is revoked since ${revokedAt}.`);
      remark('Within a minute it is refused everywhere.');
    });
  });
}
