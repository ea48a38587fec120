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

const keySort = 'KEY';
const accessKeyKey = (keyId: string) => ({ pk: `K#${keyId}`, sk: keySort });

/** The table of API keys and quotas, and the client to access it. */
export interface AccessTable {
  readonly client: DynamoDBClient;
  readonly name: string;
}

const accessKeySchema = () =>
  z.object({
    keyId: z.string(),
    newsroom: z.string(),
    secretHash: z.string(),
    scopes: z.array(z.string()).readonly(),
    /** Patterns of the stories that the key may write to; empty means all stories. */
    stories: z.array(z.string()).readonly(),
    createdAt: z.string(),
    /** Absent if the key never expires. */
    expiresAt: z.string().exactOptional(),
    revokedAt: z.string().exactOptional(),
  });

const accessKeys = storedItem({ kind: 'access key', version: 1, schema: accessKeySchema });

/** A stored key. Its secret is not stored. Instants are RFC 3339. */
export type AccessKey = Readonly<z.infer<ReturnType<typeof accessKeySchema>>>;

/** The key with an id. The read is consistent, so that a key works as soon as it is created. */
export async function readAccessKey({ client, name }: AccessTable, keyId: string): Promise<AccessKey | undefined> {
  const get = new GetItemCommand({ TableName: name, Key: marshall(accessKeyKey(keyId)), ConsistentRead: true });
  const { Item } = await client.send(get);
  return Item && accessKeys.read(Item);
}

/** Adds a key. @throws {ConditionalCheckFailedException} when its id is taken */
export async function addAccessKey({ client, name }: AccessTable, key: AccessKey): Promise<void> {
  const Item = accessKeys.write(accessKeyKey(key.keyId), key);
  await client.send(new PutItemCommand({ TableName: name, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
}

/** Replaces the scopes of a key. @throws {ConditionalCheckFailedException} when there is no such key */
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

/** Replaces the stories that a key may write to. @throws {ConditionalCheckFailedException} when there is no such key */
export async function setStories(
  { client, name }: AccessTable,
  keyId: string,
  stories: readonly string[],
): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: name,
      Key: marshall(accessKeyKey(keyId)),
      UpdateExpression: 'SET stories = :stories',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':stories': stories }),
    }),
  );
}

/** All keys, including revoked and expired ones, by id. */
export async function listAccessKeys({ client, name }: AccessTable): Promise<AccessKey[]> {
  const keys: AccessKey[] = [];
  const scan = {
    TableName: name,
    ConsistentRead: true,
    FilterExpression: 'sk = :key',
    ExpressionAttributeValues: marshall({ ':key': keySort }),
  };
  for await (const { Items = [] } of paginateScan({ client }, scan)) {
    keys.push(...Items.map((item) => accessKeys.read(item)));
  }
  return keys.sort((left, right) => (left.keyId < right.keyId ? -1 : 1));
}

/** Revokes a key, unless it is revoked already. @returns when it was revoked; undefined if there is no such key */
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
