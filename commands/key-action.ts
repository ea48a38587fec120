import {
  type AccessKey,
  type AccessTable,
  listAccessKeys,
  revokeAccessKey,
} from '../functions/lib/keys/access-table.ts';
import { issueKey } from '../functions/lib/keys/issue-key.ts';
import type { KeyAction } from './key-arguments.ts';
import { UsageError } from './usage-error.ts';

const columnGap = '  ';

/** What the command prints: `output` for programs and people, `remark` beside it for people. */
export interface KeyActionResult {
  readonly output: string;
  readonly remark?: string;
}

function stateOf({ revokedAt, expiresAt }: AccessKey, now: number): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (expiresAt === undefined) return 'valid';
  return Date.parse(expiresAt) <= now ? `expired ${expiresAt}` : `valid until ${expiresAt}`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(columnGap);
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

function listing(keys: readonly AccessKey[], now: number): KeyActionResult {
  if (keys.length === 0) return { output: '', remark: 'There are no keys yet.' };
  const rows = keys.map((key) => [
    key.keyId,
    key.newsroom,
    key.scopes.join(','),
    key.stories.join(',') || '(all)',
    key.createdAt,
    stateOf(key, now),
  ]);
  return { output: columns([['ID', 'NEWSROOM', 'SCOPES', 'STORIES', 'CREATED', 'STATE'], ...rows]) };
}

/**
 * Does to the keys what the command line asks for.
 *
 * @param now epoch milliseconds
 * @throws {UsageError} if there is no key to revoke
 */
export async function performKeyAction(action: KeyAction, table: AccessTable, now: number): Promise<KeyActionResult> {
  if (action.name === 'create') {
    const remark = 'This is the only time that the key is shown.';
    return { output: await issueKey(table, action.grant, now), remark };
  }
  if (action.name === 'list') return listing(await listAccessKeys(table), now);
  const revokedAt = await revokeAccessKey(table, action.keyId, new Date(now).toISOString());
  if (revokedAt === undefined) throw new UsageError(`There is no key ${action.keyId}; "list" shows those there are.`);
  return {
    output: `${action.keyId} is revoked since ${revokedAt}.`,
    remark: 'Within a minute it is refused everywhere.',
  };
}
