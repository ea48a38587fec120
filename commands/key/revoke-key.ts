import type { Command } from 'commander';
import { revokeAccessKey } from '../../functions/lib/keys/access-table.ts';
import { parseApiKey } from '../../functions/lib/keys/api-key.ts';
import { addCommand, CommandFailure, misused, type Terminal } from '../terminal/cli.ts';
import { addKeyTableOptions, withKeyTable } from './key-table.ts';

/** Adds `key revoke`, which revokes a key permanently. */
export function revokeKeyCommand(key: Command, { print, remark }: Terminal): void {
  const command = addCommand(key, 'revoke', {
    summary: 'Revoke a key permanently.',
    description:
      'Revokes a key permanently. It stops working within a minute. What was made with it stays: events that are held are published at their time, and webhook endpoints go on receiving. A key that is revoked already stays revoked.',
    examples: [
      ['Revoke a key of the local system', 'npx timeline key revoke afp-k3v7qa'],
      ['Revoke a key of a deployed system', 'npx timeline key revoke afp-k3v7qa --table ACCESS_TABLE'],
    ],
    exitCodes: { done: 'The key is revoked.', failed: 'There is no such key, or the table of keys cannot be reached.' },
  }).argument('<id>', 'the id of the key, as "key list" shows it');
  addKeyTableOptions(command).action(async (keyId: string, _options: object, command: Command) => {
    // Other users can read command lines. The message must not repeat the key.
    const apiKey = parseApiKey(keyId);
    if (apiKey) misused(command, `give the id of the key, not the key itself. The id is ${apiKey.keyId}.`);
    await withKeyTable(command, async (table) => {
      const revokedAt = await revokeAccessKey(table, keyId, new Date().toISOString());
      if (revokedAt === undefined) {
        throw new CommandFailure(`There is no key ${keyId}. To list the keys, run: npx timeline key list`);
      }
      print(`${keyId} is revoked since ${revokedAt}.`);
      remark('It stops working within a minute. Held events and webhook endpoints of its newsroom stay.');
    });
  });
}
