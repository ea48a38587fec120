import { paginateScan } from '@aws-sdk/client-dynamodb';
import { besideClient } from './tables.ts';

/** How many items a table of the world holds. */
export async function itemsIn(TableName: 'EventLog' | 'Timelines'): Promise<number> {
  let count = 0;
  for await (const { Count = 0 } of paginateScan({ client: besideClient() }, { TableName, Select: 'COUNT' }))
    count += Count;
  return count;
}
