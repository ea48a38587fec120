import type { Command } from 'commander';
import { createKeyCommand } from './key/create-key.ts';
import { listKeysCommand } from './key/list-keys.ts';
import { revokeKeyCommand } from './key/revoke-key.ts';
import { setQuotaCommand } from './key/set-quota.ts';
import { showUsageCommand } from './key/show-usage.ts';
import { addCommand, type Terminal } from './terminal/cli.ts';

/** Adds `key`, which creates, lists and revokes API keys, and shows and sets the quotas of newsrooms. */
export function keyCommand(program: Command, terminal: Terminal): void {
  const key = addCommand(program, 'key', {
    summary: 'Manage API keys, and the quotas of newsrooms.',
    description: `Creates, lists and revokes API keys. A key belongs to a newsroom, has scopes, may be limited to stories and may expire.
Only a hash of each key is stored. All keys of a newsroom share its quotas: what it may write a day.`,
    examples: [
      ['A key for a newsroom that posts events', 'npx timeline key create --newsroom afp --scopes events:write'],
      ['What newsrooms of a deployed system have used today', 'npx timeline key usage --table ACCESS_TABLE'],
    ],
    exitCodes: {
      done: 'The work is done.',
      failed: 'The table of keys cannot be reached, or there is no such key or newsroom.',
    },
  });
  createKeyCommand(key, terminal);
  listKeysCommand(key, terminal);
  revokeKeyCommand(key, terminal);
  showUsageCommand(key, terminal);
  setQuotaCommand(key, terminal);
}
