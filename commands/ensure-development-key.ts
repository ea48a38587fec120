import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readAccessKey } from '../functions/lib/access-table.ts';
import { parseApiKey } from '../functions/lib/api-key.ts';
import { issueKey } from '../functions/lib/issue-key.ts';
import { localAccount } from '../local/account.ts';
import { readDevelopmentKey, writeDevelopmentKey } from './development-key.ts';

const grant = { newsroom: 'example', scopes: ['events:write', 'stories:write'] } as const;

/** The key to try things out with: the one made for this data folder, or a new one if the database does not know it. */
export async function ensureDevelopmentKey(dataFolder: string, endpoint: string, tableName: string): Promise<string> {
  const client = new DynamoDBClient({ endpoint, ...localAccount });
  const table = { client, name: tableName };
  try {
    const kept = await readDevelopmentKey(dataFolder);
    const parsed = kept === null ? null : parseApiKey(kept);
    if (kept !== null && parsed && (await readAccessKey(table, parsed.keyId))) return kept;
    const key = await issueKey(table, grant, Date.now());
    await writeDevelopmentKey(dataFolder, key);
    return key;
  } finally {
    client.destroy();
  }
}
