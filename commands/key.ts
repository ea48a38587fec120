import type { Command } from 'commander';
import { addCommand, type Terminal } from './cli.ts';
import { createKeyCommand } from './key/create-key.ts';
import { listKeysCommand } from './key/list-keys.ts';
import { revokeKeyCommand } from './key/revoke-key.ts';

/** Adds `key`, which creates, lists and revokes API keys. */
export function keyCommand(program: Command, terminal: Terminal): void {
  const key = addCommand(program, 'key', {
    summary: 'Create, list and revoke API keys.',
    description: `Creates, lists and revokes API keys. A key belongs to a newsroom, has scopes, may be limited to stories and may expire.
Only a hash of each key is stored.`,
    examples: [
      ['A key for a newsroom that posts events', 'npx timeline key create --newsroom afp --scopes events:write'],
      ['All keys of a deployed system', 'npx timeline key list --table ACCESS_TABLE'],
    ],
    exitCodes: { done: 'The work is done.', failed: 'The table of keys cannot be reached, or there is no such key.' },
  });
  createKeyCommand(key, terminal);
  listKeysCommand(key, terminal);
  revokeKeyCommand(key, terminal);
}
