import { CreateTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { localAccount } from '../local/engines/local-client.ts';
import { type Capacity, meterCapacity } from '../test/support/world/capacity.ts';
import { eventOfDay } from './events.ts';

const TableName = 'OwnIndex';
const IndexName = 'byDate';

/**
 * Measures what one writes first by hand: an item for each revision, and an index by story and date. It finds neither
 * what began before the range and goes on, nor what the record said at an earlier instant.
 */
export async function measureOwnIndex(
  endpoint: string,
  count: number,
): Promise<Record<'append' | 'correction' | 'page', Capacity>> {
  const client = new DynamoDBClient({ endpoint, ...localAccount });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', 'story', 'date'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName,
          KeySchema: [
            { AttributeName: 'story', KeyType: 'HASH' },
            { AttributeName: 'date', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const meter = meterCapacity(client);
  const put = (index: number, revision: number) => {
    const { subject: story, data } = eventOfDay(index);
    const key = { pk: `event-${index}`, sk: String(revision).padStart(6, '0') };
    const Item = marshall({ ...key, story, date: data.when.edtf, event: JSON.stringify(data) });
    return client.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  };
  await put(0, 0);
  const append = meter.take();
  await put(0, 1);
  const correction = meter.take();
  for (let index = 1; index < count; index++) await put(index, 0);
  meter.take();
  await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: 'story = :story AND #date >= :from',
      ExpressionAttributeNames: { '#date': 'date' },
      ExpressionAttributeValues: marshall({ ':story': 'bench', ':from': '1990-03-01' }),
      Limit: 50,
    }),
  );
  const page = meter.take();
  client.destroy();
  return { append, correction, page };
}
