import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

const sortKey = 'KEY';
const partitionKey = (keyId: string) => `K#${keyId}`;
const primaryKey = (keyId: string) => marshall({ pk: partitionKey(keyId), sk: sortKey });

/** The table of API keys, and the client that reaches it. */
export interface AccessTable {
  readonly client: DynamoDBClient;
  readonly name: string;
}

/** What is kept of a key. Times are RFC 3339; without `expiresAt` it has no end. */
export interface AccessKey {
  readonly keyId: string;
  readonly newsroom: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  /** Patterns of the stories it may write to; empty means all. */
  readonly stories: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
}

function accessKeyOf(item: Parameters<typeof unmarshall>[0]): AccessKey {
  const { pk: _pk, sk: _sk, ...key } = unmarshall(item);
  return key as AccessKey;
}

/** The key of an id. The read is consistent: a key works from the moment on that it was made. */
export async function readAccessKey({ client, name }: AccessTable, keyId: string): Promise<AccessKey | undefined> {
  const get = new GetItemCommand({ TableName: name, Key: primaryKey(keyId), ConsistentRead: true });
  const { Item } = await client.send(get);
  return Item && accessKeyOf(Item);
}

/** Adds a key. @throws ConditionalCheckFailedException if its id is taken */
export async function addAccessKey({ client, name }: AccessTable, key: AccessKey): Promise<void> {
  const Item = { ...primaryKey(key.keyId), ...marshall(key, { removeUndefinedValues: true }) };
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
      Key: primaryKey(keyId),
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
    keys.push(...Items.map(accessKeyOf));
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
    Key: primaryKey(keyId),
    UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':now': now }),
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes = {} } = await client.send(update);
    return accessKeyOf(Attributes).revokedAt;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
