import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { scopes } from '../functions/lib/http/scopes.ts';
import { type AccessTable, readAccessKey, setScopes } from '../functions/lib/keys/access-table.ts';
import { parseApiKey } from '../functions/lib/keys/api-key.ts';
import { issueKey } from '../functions/lib/keys/issue-key.ts';
import { localAccount } from '../local/engines/account.ts';
import { readDevelopmentKey, writeDevelopmentKey } from './development-key.ts';

const grant = { newsroom: 'example', scopes };

/**
 * The key that was made for the data folder, if the database knows it. One that an earlier version made is let do what has come since:
 * it stands in the scripts and shells of who uses it.
 */
async function keptKey(dataFolder: string, table: AccessTable): Promise<string | null> {
  const key = await readDevelopmentKey(dataFolder);
  const keyId = key === null ? undefined : parseApiKey(key)?.keyId;
  const known = keyId === undefined ? undefined : await readAccessKey(table, keyId);
  if (!known) return null;
  if (!scopes.every((scope) => known.scopes.includes(scope))) await setScopes(table, known.keyId, scopes);
  return key;
}

/** The key to try things out with: the one made for this data folder, or a new one if the database does not know it. */
export async function ensureDevelopmentKey(dataFolder: string, endpoint: string, tableName: string): Promise<string> {
  const client = new DynamoDBClient({ endpoint, ...localAccount });
  const table = { client, name: tableName };
  try {
    const kept = await keptKey(dataFolder, table);
    if (kept !== null) return kept;
    const key = await issueKey(table, grant, Date.now());
    await writeDevelopmentKey(dataFolder, key);
    return key;
  } finally {
    client.destroy();
  }
}
