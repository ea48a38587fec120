import { type AccessTable, listAccessKeys } from '../../functions/lib/keys/access-table.ts';
import { CommandFailure } from '../terminal/cli.ts';

/** The newsrooms that have keys, by name. */
export async function newsroomsOf(table: AccessTable): Promise<string[]> {
  const keys = await listAccessKeys(table);
  return [...new Set(keys.map(({ newsroom }) => newsroom))].sort();
}

/**
 * Asserts that a newsroom has a key, so that a name that is misspelt is noticed.
 *
 * @throws {CommandFailure} if it has none
 */
export async function assertNewsroom(table: AccessTable, newsroom: string): Promise<void> {
  if ((await newsroomsOf(table)).includes(newsroom)) return;
  throw new CommandFailure(`No key belongs to the newsroom ${newsroom}. To list the keys, run: npx timeline key list`);
}
