import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';

/** How many items a table of the world holds. */
export async function itemsIn(TableName: 'EventLog' | 'Timelines'): Promise<number> {
  const client = new DynamoDBClient({});
  let count = 0;
  for await (const { Count = 0 } of paginateScan({ client }, { TableName, Select: 'COUNT' })) count += Count;
  client.destroy();
  return count;
}
