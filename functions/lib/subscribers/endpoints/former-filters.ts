import { isDeepStrictEqual } from 'node:util';
import { GetItemCommand, PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { AcceptedFilter } from '../../../../events/webhooks/endpoint-filter.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { storedItem } from '../../runtime/stored-item.ts';
import { storedFilterSchema } from '../table/stored-filter.ts';
import { formerFiltersKey, subscribersTable } from '../table/subscribers-table.ts';

/**
 * More are kept as one that matches everything. An item has room for many filters, but each of them is matched with
 * each entry.
 */
const maximumFilters = 4;

const formerFilters = storedItem({
  kind: 'former filters of an endpoint',
  version: 1,
  schema: () => z.object({ filters: z.array(storedFilterSchema).readonly() }),
});

/** The filters that an endpoint had since it fell behind, besides the one that it has now; read consistently. */
export async function readFormerFilters(id: string): Promise<readonly AcceptedFilter[]> {
  const Key = marshall(formerFiltersKey(id));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? formerFilters.read(Item).filters : [];
}

/**
 * The write that keeps the filter of an endpoint that is behind when it gets another one. What was published before is
 * searched for later, and is still to be received by the filter of its time.
 */
export function keepFilter(id: string, filter: AcceptedFilter, kept: readonly AcceptedFilter[]): TransactWriteItem {
  const filters = kept.length < maximumFilters ? [...kept, filter] : [{}];
  return { Put: { TableName: subscribersTable, Item: formerFilters.write(formerFiltersKey(id), { filters }) } };
}

/**
 * Changes the stories in the former filters of an endpoint; nothing if it has none.
 *
 * @throws {ConditionalCheckFailedException} when its filter is changed at this moment
 */
export async function changeFormerStories(
  id: string,
  change: (stories: readonly string[]) => readonly string[],
): Promise<void> {
  const before = await readFormerFilters(id);
  const filters = before.map((filter) =>
    filter.stories ? { ...filter, stories: [...new Set(change(filter.stories))] } : filter,
  );
  if (isDeepStrictEqual(filters, before)) return;
  await dynamodb.send(
    new PutItemCommand({
      TableName: subscribersTable,
      Item: formerFilters.write(formerFiltersKey(id), { filters }),
      ConditionExpression: '#filters = :before',
      ExpressionAttributeNames: { '#filters': 'filters' },
      ExpressionAttributeValues: marshall({ ':before': before }),
    }),
  );
}

/** The write that forgets the former filters of an endpoint. */
export const forgetFilters = (id: string): TransactWriteItem => ({
  Delete: { TableName: subscribersTable, Key: marshall(formerFiltersKey(id)) },
});
