import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addAccessKey, readAccessKey } from '../functions/lib/access-table.ts';
import { newApiKey, parseApiKey } from '../functions/lib/api-key.ts';
import { readDevelopmentKey, writeDevelopmentKey } from './development-key.ts';

const newsroom = 'example';
const scopes = ['events:write', 'stories:write'];

/** The key to try things out with: the one made for this data folder, or a new one if the database does not know it. */
export async function ensureDevelopmentKey(dataFolder: string, endpoint: string, tableName: string): Promise<string> {
  const client = new DynamoDBClient({
    endpoint,
    region: process.env.AWS_REGION ?? 'eu-west-1',
    ...(!process.env.AWS_ACCESS_KEY_ID && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  const table = { client, name: tableName };
  try {
    const kept = await readDevelopmentKey(dataFolder);
    const known = kept === null ? null : parseApiKey(kept);
    if (kept !== null && known && (await readAccessKey(table, known.keyId))) return kept;
    const { key, keyId, secretHash } = newApiKey(newsroom);
    await addAccessKey(table, {
      keyId,
      newsroom,
      secretHash,
      scopes,
      stories: [],
      createdAt: new Date().toISOString(),
    });
    await writeDevelopmentKey(dataFolder, key);
    return key;
  } finally {
    client.destroy();
  }
}
