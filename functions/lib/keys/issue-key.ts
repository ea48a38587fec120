import type { Scope } from '../../routes.ts';
import { type AccessTable, addAccessKey } from './access-table.ts';
import { newApiKey } from './api-key.ts';

/** What a new key may do. `lifetimeMs` counts from now; without it the key has no end. */
export interface KeyGrant {
  readonly newsroom: string;
  readonly scopes: readonly Scope[];
  /** Patterns of the stories it may write to; empty means all. */
  readonly stories?: readonly string[];
  readonly lifetimeMs?: number;
}

/**
 * Adds a key to the table.
 *
 * @param now epoch milliseconds
 * @returns the key, which nobody can read again from what is stored
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
