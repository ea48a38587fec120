import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AccessTable, readAccessKey, setScopes } from '../../functions/lib/keys/access-table.ts';
import { parseApiKey } from '../../functions/lib/keys/api-key.ts';
import { issueKey } from '../../functions/lib/keys/issue-key.ts';
import { awsClient } from '../../functions/lib/runtime/aws-client.ts';
import { scopes } from '../../functions/routes.ts';
import { localAccount } from '../../local/engines/local-client.ts';

const grant = { newsroom: 'example', scopes };

const fileOf = (dataFolder: string) => join(dataFolder, 'development-key');

/** Only the owner can read the file. */
const writeDevelopmentKey = (dataFolder: string, key: string) =>
  writeFile(fileOf(dataFolder), `${key}\n`, { mode: 0o600 });

/** The key that `npm start` created for this data folder; null if there is none yet. */
export async function readDevelopmentKey(dataFolder: string): Promise<string | null> {
  try {
    return (await readFile(fileOf(dataFolder), 'utf8')).trim();
  } catch {
    return null;
  }
}

/**
 * The key of the data folder, if the database has it and it was not revoked. A key that an earlier version created gets
 * the scopes that were added since, so that its user's scripts keep working.
 */
async function knownKey(dataFolder: string, table: AccessTable): Promise<string | null> {
  const key = await readDevelopmentKey(dataFolder);
  const presented = key === null ? null : parseApiKey(key);
  const known = presented ? await readAccessKey(table, presented.keyId) : undefined;
  if (!known || known.revokedAt !== undefined) return null;
  if (!scopes.every((scope) => known.scopes.includes(scope))) await setScopes(table, known.keyId, scopes);
  return key;
}

/** The development key of a data folder, with all scopes: the key in the folder, or a new one if it is not valid. */
export async function ensureDevelopmentKey(dataFolder: string, endpoint: string, tableName: string): Promise<string> {
  const client = awsClient(DynamoDBClient, { endpoint, ...localAccount });
  const table = { client, name: tableName };
  try {
    const known = await knownKey(dataFolder, table);
    if (known !== null) return known;
    const key = await issueKey(table, grant, Date.now());
    await writeDevelopmentKey(dataFolder, key);
    return key;
  } finally {
    client.destroy();
  }
}
