import type { Scope } from '../../routes.ts';
import { type AccessTable, addAccessKey } from './access-table.ts';
import { newApiKey } from './api-key.ts';

/** The rights of a new key. `lifetimeMs` counts from now; without it the key never expires. */
export interface KeyGrant {
  readonly newsroom: string;
  readonly scopes: readonly Scope[];
  /** Patterns of the stories that the key may write to; empty means all stories. */
  readonly stories?: readonly string[];
  readonly lifetimeMs?: number;
}

/**
 * Adds a key to the table.
 *
 * @param now epoch milliseconds
 * @returns the key, which cannot be read again from the table
 */
export async function issueKey(table: AccessTable, grant: KeyGrant, now: number): Promise<string> {
  const { newsroom, scopes, stories = [], lifetimeMs } = grant;
  const { key, keyId, secretHash } = newApiKey(newsroom);
  await addAccessKey(table, {
    keyId,
    newsroom,
    secretHash,
    scopes,
    stories,
    createdAt: new Date(now).toISOString(),
    ...(lifetimeMs !== undefined && { expiresAt: new Date(now + lifetimeMs).toISOString() }),
  });
  return key;
}
