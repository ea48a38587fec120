import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { storedItem } from '../runtime/stored-item.ts';

const accessKeyKey = (keyId: string) => ({ pk: `K#${keyId}`, sk: 'KEY' });

/** The table of API keys, and the client that reaches it. */
export interface AccessTable {
  readonly client: DynamoDBClient;
  readonly name: string;
}

const accessKeySchema = z.object({
  keyId: z.string(),
  newsroom: z.string(),
  secretHash: z.string(),
  scopes: z.array(z.string()).readonly(),
  /** Patterns of the stories that it may write to; empty means all. */
  stories: z.array(z.string()).readonly(),
  createdAt: z.string(),
  /** Absent where the key never expires. */
  expiresAt: z.string().exactOptional(),
  revokedAt: z.string().exactOptional(),
});

const accessKeys = storedItem({ kind: 'access key', version: 1, schema: accessKeySchema });

/** What is stored of a key; its secret is not. Instants are RFC 3339. */
export type AccessKey = Readonly<z.infer<typeof accessKeySchema>>;

/** The key of an id. The read is consistent: a key works from the moment on that it was made. */
export async function readAccessKey({ client, name }: AccessTable, keyId: string): Promise<AccessKey | undefined> {
  const get = new GetItemCommand({ TableName: name, Key: marshall(accessKeyKey(keyId)), ConsistentRead: true });
  const { Item } = await client.send(get);
  return Item && accessKeys.read(Item);
}

/** Adds a key. @throws ConditionalCheckFailedException if its id is taken */
export async function addAccessKey({ client, name }: AccessTable, key: AccessKey): Promise<void> {
  const Item = accessKeys.write(accessKeyKey(key.keyId), key);
  await client.send(new PutItemCommand({ TableName: name, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
}

/** Lets a key do these things from now on, instead of what it could do. @throws ConditionalCheckFailedException if there is no such key */
export async function setScopes(
  { client, name }: AccessTable,
  keyId: string,
  scopes: readonly string[],
): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: name,
      Key: marshall(accessKeyKey(keyId)),
      UpdateExpression: 'SET scopes = :scopes',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':scopes': scopes }),
    }),
  );
}

/** All keys, revoked and expired ones too, by their ids. */
export async function listAccessKeys({ client, name }: AccessTable): Promise<AccessKey[]> {
  const keys: AccessKey[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: name, ConsistentRead: true })) {
    keys.push(...Items.map((item) => accessKeys.read(item)));
  }
  return keys.sort((one, other) => (one.keyId < other.keyId ? -1 : 1));
}

/** Revokes a key as of now, or leaves it revoked. @returns since when it is; undefined if there is no such key */
export async function revokeAccessKey(
  { client, name }: AccessTable,
  keyId: string,
  now: string,
): Promise<string | undefined> {
  const update = new UpdateItemCommand({
    TableName: name,
    Key: marshall(accessKeyKey(keyId)),
    UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':now': now }),
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes = {} } = await client.send(update);
    return accessKeys.read(Attributes).revokedAt;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
