import { gunzipSync, inflateRawSync } from 'node:zlib';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The tables, by the variables that tell the functions their names. */
export const tables = {
  EVENT_LOG_TABLE: 'EventLog',
  TIMELINES_TABLE: 'Timelines',
  ACCESS_TABLE: 'Access',
  SUBSCRIBERS_TABLE: 'Subscribers',
  REDACTIONS_TABLE: 'Redactions',
  HELD_EVENTS_TABLE: 'HeldEvents',
};

type Table = (typeof tables)[keyof typeof tables];

let beside: DynamoDBClient | undefined;

/** A client beside that of the functions: nothing interferes with it and nobody meters it. */
export function besideClient(): DynamoDBClient {
  if (!beside) throw new Error('Start a world first.');
  return beside;
}

/** Makes a table with the keys that all tables have. */
export async function createTable(TableName: string): Promise<void> {
  await besideClient().send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
}

/**
 * Makes all tables, in the database that the environment names.
 *
 * @param prepare changes how the client beside that of the functions sends its calls
 */
export async function createTables(prepare: (client: DynamoDBClient) => DynamoDBClient): Promise<void> {
  beside = prepare(new DynamoDBClient({}));
  for (const name of Object.values(tables)) await createTable(name);
}

/** Throws away what is in a table. */
export async function emptyTable(table: Table): Promise<void> {
  await besideClient().send(new DeleteTableCommand({ TableName: table }));
  await createTable(table);
}

/** What an attribute stores compressed as text; what is damaged as it is. */
function textOf(stored: unknown, inflate: (bytes: Uint8Array) => Buffer): unknown {
  if (!(stored instanceof Uint8Array)) return stored;
  try {
    return inflate(stored).toString();
  } catch {
    return stored;
  }
}

/** An item with what it stores compressed as text, so that a test that looks for words finds them. */
export function readable({ z, e, event, ...item }: Record<string, unknown>): Record<string, unknown> {
  const [card, revision] = [textOf(z ?? e, inflateRawSync), textOf(event, gunzipSync)];
  return { ...item, ...(card !== undefined && { e: card }), ...(revision !== undefined && { event: revision }) };
}

/** All items of a table whose partition key begins so, each partition in the order of its sort keys. */
export async function itemsOf(table: Table, prefix = ''): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page: ScanCommandOutput = await besideClient().send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []).map((item) => readable(unmarshall(item))));
    start = page.LastEvaluatedKey;
  } while (start);
  return items.filter(({ pk }) => String(pk).startsWith(prefix));
}

/** Puts an item as it is, past all that the functions would see to. */
export async function putItem(table: Table, item: object): Promise<void> {
  await besideClient().send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
}

/** DynamoDB's limit of one call. */
const itemsPerCall = 25;

/** Puts items as they are, each with a key of its own. A test that does so again and again waits for few calls. */
export async function putItems(table: Table, items: readonly object[]): Promise<void> {
  const puts = items.map((item) => ({ PutRequest: { Item: marshall(item) } }));
  for (let from = 0; from < puts.length; from += itemsPerCall) {
    await besideClient().send(
      new BatchWriteItemCommand({ RequestItems: { [table]: puts.slice(from, from + itemsPerCall) } }),
    );
  }
}
