import {
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { batchGet } from '../runtime/batch-get.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type Item, type ItemKey, keyOfItem } from '../runtime/stored-item.ts';
import {
  eventIdOfKey,
  eventKey,
  eventLogTable,
  feedKey,
  onlyIfAbsent,
  revisionOfKey,
  revisionPrefix,
} from './event-log-table.ts';

/** A table that holds a log: the one in use, or one that a backup was restored to. */
export interface LogTable {
  readonly client: DynamoDBClient;
  readonly name: string;
}

/** The items of one event, by the numbers of its revisions. */
export interface EventItems {
  readonly eventId: string;
  readonly revisions: Map<number, Item>;
  readonly markers: Map<number, Item>;
}

/** The log that the system uses. */
export const logInUse: LogTable = { client: dynamodb, name: eventLogTable };

const noItems = (eventId: string): EventItems => ({ eventId, revisions: new Map(), markers: new Map() });

function add({ revisions, markers }: EventItems, item: Item): void {
  const key = keyOfItem(item);
  (key.sk.startsWith(revisionPrefix) ? revisions : markers).set(revisionOfKey(key), item);
}

/** The entries of the feed of a log, in order, with gaps where there are any; read consistently. */
export async function* feedItemsIn({ client, name }: LogTable): AsyncGenerator<Item> {
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': feedKey }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

/** The items of all events of a log, event by event. It scans the whole table (a read unit for each 4 KB). */
export async function* eventsIn({ client, name }: LogTable): AsyncGenerator<EventItems> {
  const pages = paginateScan(
    { client },
    {
      TableName: name,
      FilterExpression: 'begins_with(pk, :event)',
      ExpressionAttributeValues: marshall({ ':event': eventKey('') }),
      ConsistentRead: true,
    },
  );
  let event = noItems('');
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      // A scan returns all items of a partition, here of an event, together.
      const eventId = eventIdOfKey(keyOfItem(item));
      if (eventId !== event.eventId) {
        if (event.eventId !== '') yield event;
        event = noItems(eventId);
      }
      add(event, item);
    }
  }
  if (event.eventId !== '') yield event;
}

/** The items of an event in a log, read consistently. */
export async function eventItemsIn({ client, name }: LogTable, eventId: string): Promise<EventItems> {
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId) }),
      ConsistentRead: true,
    },
  );
  const event = noItems(eventId);
  for await (const { Items = [] } of pages) for (const item of Items) add(event, item);
  return event;
}

/** The items of a log that have these keys, in any order; read consistently. */
export const itemsIn = ({ client, name }: LogTable, keys: readonly ItemKey[]): Promise<Item[]> =>
  batchGet(
    name,
    keys.map(({ pk, sk }) => marshall({ pk, sk })),
    'consistent',
    client,
  );

/**
 * Puts items into the log in use, all of them or none. At most 100 items and 4 MB.
 *
 * @throws {TransactionCanceledException} when the log has one of them
 */
export async function putAbsentItems(items: readonly Item[]): Promise<void> {
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: items.map((Item) => ({
        Put: { TableName: eventLogTable, Item, ConditionExpression: onlyIfAbsent },
      })),
    }),
  );
}

/** Puts an item of a backup in the place of one that was damaged. This is for an operator, who asks for it. */
export async function replaceItem(item: Item): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({ TableName: eventLogTable, Item: item, ConditionExpression: 'attribute_exists(pk)' }),
  );
}

/**
 * Publishes a revision at another position than its marker names, since the feed has given that to another revision.
 * This is for an operator, who asks for it.
 *
 * @param marker its new marker
 * @param position the one that the marker in the log names; null if there is no marker
 * @throws {TransactionCanceledException} when the new position is taken, or the marker is another by now
 */
export async function publishElsewhere(entry: Item, marker: Item, position: number | null): Promise<void> {
  const isAsBefore =
    position === null
      ? { ConditionExpression: onlyIfAbsent }
      : {
          ConditionExpression: '#position = :position',
          ExpressionAttributeNames: { '#position': 'position' },
          ExpressionAttributeValues: marshall({ ':position': position }),
        };
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: eventLogTable, Item: entry, ConditionExpression: onlyIfAbsent } },
        { Put: { TableName: eventLogTable, Item: marker, ...isAsBefore } },
      ],
    }),
  );
}
