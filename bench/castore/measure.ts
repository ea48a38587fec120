import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBSingleTableEventStorageAdapter,
  EVENT_TABLE_EVENT_STORE_ID_KEY,
  EVENT_TABLE_INITIAL_EVENT_INDEX_NAME,
  EVENT_TABLE_PK,
  EVENT_TABLE_SK,
  EVENT_TABLE_TIMESTAMP_KEY,
} from '@castore/event-storage-adapter-dynamodb';
import { meterCapacity } from '../../test/support/world/capacity.ts';
import { eventOfDay } from '../events.ts';

// A program: measures Castore on the engine that the environment names, and prints what it consumed as JSON.

const [, , count = '1000'] = process.argv;
const client = new DynamoDBClient({});
const tableName = 'Castore';
const store = { eventStoreId: 'TIMELINE' };

await client.send(
  new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: EVENT_TABLE_PK, KeyType: 'HASH' },
      { AttributeName: EVENT_TABLE_SK, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: EVENT_TABLE_PK, AttributeType: 'S' },
      { AttributeName: EVENT_TABLE_SK, AttributeType: 'N' },
      { AttributeName: EVENT_TABLE_EVENT_STORE_ID_KEY, AttributeType: 'S' },
      { AttributeName: EVENT_TABLE_TIMESTAMP_KEY, AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: EVENT_TABLE_INITIAL_EVENT_INDEX_NAME,
        KeySchema: [
          { AttributeName: EVENT_TABLE_EVENT_STORE_ID_KEY, KeyType: 'HASH' },
          { AttributeName: EVENT_TABLE_TIMESTAMP_KEY, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  }),
);
const adapter = new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient: client });
const meter = meterCapacity(client);

const push = (index: number, version: number) =>
  adapter.pushEvent(
    {
      aggregateId: `event-${index}`,
      version,
      type: version === 1 ? 'RECORDED' : 'CORRECTED',
      timestamp: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString(),
      payload: eventOfDay(index).data,
    },
    store,
  );

await push(0, 1);
const append = meter.take();
await push(0, 2);
const correction = meter.take();
for (let index = 1; index < Number(count); index++) await push(index, 1);
meter.take();

// Nothing finds events by when they happened: every aggregate is listed and read.
let pageToken: string | undefined;
do {
  const { aggregateIds, nextPageToken } = await adapter.listAggregateIds(
    store,
    pageToken ? { pageToken } : { limit: 100 },
  );
  for (const { aggregateId } of aggregateIds) await adapter.getEvents(aggregateId, store);
  pageToken = nextPageToken;
} while (pageToken !== undefined);
const page = meter.take();
console.log(JSON.stringify({ append, correction, page }));
