import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isDryRun } from '../runtime/dry-run.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { logger } from '../runtime/observability.ts';
import type { Item, ItemKey, StoredItem } from '../runtime/stored-item.ts';
import type { ListedRedaction, OpenRedaction } from './redaction-state.ts';
import {
  eventPrefix,
  listedRedactions,
  listKey,
  listPartition,
  openKey,
  openPartition,
  openRedactions,
  redactionsTable,
} from './redactions-table.ts';

const TableName = redactionsTable;

type Input = Omit<QueryCommandInput, 'TableName'>;

async function* itemsOf(input: Input): AsyncGenerator<Item> {
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page: QueryCommandOutput = await dynamodb.send(
      new QueryCommand({ TableName, ConsistentRead: true, ...input, ...(start && { ExclusiveStartKey: start }) }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}

const inPartition = (pk: string): Input => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: marshall({ ':pk': pk }),
});

const ofEvent = (pk: string, eventId: string): Input => ({
  KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
  ExpressionAttributeValues: marshall({ ':pk': pk, ':event': eventPrefix(eventId) }),
});

async function lastOf<Value>(kind: StoredItem<Value>, pk: string, eventId: string): Promise<Value | null> {
  const last = itemsOf({ ...ofEvent(pk, eventId), ScanIndexForward: false, Limit: 1 });
  const { value } = await last.next();
  return value ? kind.read(value) : null;
}

/** The last redaction of an event that is not done, read consistently; null if all are. */
export const lastOpenRedaction = (eventId: string): Promise<OpenRedaction | null> =>
  lastOf(openRedactions, openPartition, eventId);

/** The last redaction of an event in the list, read consistently; null if there is none. */
export const lastListedRedaction = (eventId: string): Promise<ListedRedaction | null> =>
  lastOf(listedRedactions, listPartition, eventId);

async function itemAt({ pk, sk }: ItemKey): Promise<Item | null> {
  const found = itemsOf({
    KeyConditionExpression: 'pk = :pk AND sk = :sk',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk }),
  });
  return (await found.next()).value ?? null;
}

/** A redaction that is not done, read consistently; null if it is done, or there is none of this number. */
export async function openRedactionAt(eventId: string, revision: number): Promise<OpenRedaction | null> {
  const item = await itemAt(openKey(eventId, revision));
  return item && openRedactions.read(item);
}

/** A redaction in the list, read consistently; null if it is not there. */
export async function listedRedactionAt(eventId: string, revision: number): Promise<ListedRedaction | null> {
  const item = await itemAt(listKey(eventId, revision));
  return item && listedRedactions.read(item);
}

/** Whether the list has a redaction, read consistently. */
export async function isListed(eventId: string, revision: number): Promise<boolean> {
  return (await itemAt(listKey(eventId, revision))) !== null;
}

/** The redactions of an event that are not done, read consistently. */
export async function openRedactionsOf(eventId: string): Promise<OpenRedaction[]> {
  const found: OpenRedaction[] = [];
  for await (const item of itemsOf(ofEvent(openPartition, eventId))) found.push(openRedactions.read(item));
  return found;
}

/** The first redactions that are not done, read consistently, and whether there are more. */
export async function firstOpenRedactions(limit: number): Promise<{ open: OpenRedaction[]; more: boolean }> {
  const open: OpenRedaction[] = [];
  for await (const item of itemsOf({ ...inPartition(openPartition), Limit: limit + 1 })) {
    if (open.length === limit) return { open, more: true };
    open.push(openRedactions.read(item));
  }
  return { open, more: false };
}

/** All redactions in the list, by event. An item that cannot be read is an error: nothing may be left out. */
export async function* allListedRedactions(): AsyncGenerator<ListedRedaction> {
  for await (const item of itemsOf(inPartition(listPartition))) yield listedRedactions.read(item);
}

/**
 * All redactions that are not done, read consistently: those whose keys come after a text, then the others. If every
 * run begins elsewhere, none of them is always behind many others.
 *
 * @throws {UnreadableItem} at the end, if an item cannot be read: it stops no other, and nobody may take the others for
 *   all
 */
export async function* allOpenRedactions(after = ''): AsyncGenerator<OpenRedaction> {
  const unreadable: unknown[] = [];
  for (const order of ['>', '<=']) {
    const part = itemsOf({
      KeyConditionExpression: `pk = :pk AND sk ${order} :after`,
      ExpressionAttributeValues: marshall({ ':pk': openPartition, ':after': after || ' ' }),
    });
    for await (const item of part) {
      try {
        yield openRedactions.read(item);
      } catch (error) {
        logger.error('An open redaction cannot be read.', error as Error);
        unreadable.push(error);
      }
    }
  }
  if (unreadable.length > 0) throw unreadable[0];
}

/**
 * Opens a redaction, before its revision is appended. One that has got further stays as it is, and a dry run opens
 * none.
 */
export async function openRedaction(redaction: OpenRedaction): Promise<void> {
  if (isDryRun()) return;
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: openRedactions.write(openKey(redaction.eventId, redaction.revision), redaction),
        ConditionExpression: 'attribute_not_exists(pk) OR step = :first',
        ExpressionAttributeValues: marshall({ ':first': 'publish' }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Stores how far a redaction has come. */
export async function keepOpenRedaction(redaction: OpenRedaction): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: openRedactions.write(openKey(redaction.eventId, redaction.revision), redaction),
    }),
  );
}

/** Closes a redaction that is done, or that never came into the log. */
export async function closeRedaction({
  eventId,
  revision,
}: Pick<OpenRedaction, 'eventId' | 'revision'>): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall(openKey(eventId, revision)) }));
}

/** Puts a redaction into the list, from which nothing is deleted. */
export async function listRedaction(redaction: ListedRedaction): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: listedRedactions.write(listKey(redaction.eventId, redaction.revision), redaction),
    }),
  );
}

/** Takes the note of a redaction out of the list: it was taken down too. */
export async function forgetNote(eventId: string, revision: number): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: marshall(listKey(eventId, revision)),
        UpdateExpression: 'REMOVE note',
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/**
 * Puts another slug into what is stored of redactions, open or done. Idempotent.
 *
 * @param rename returns the other slug for that of a story that was moved
 */
export async function renameInRedactions(rename: (slug: string) => string): Promise<void> {
  for (const pk of [openPartition, listPartition]) {
    for await (const item of itemsOf(inPartition(pk))) {
      const story = item.story?.S;
      if (story === undefined || rename(story) === story) continue;
      const update = new UpdateItemCommand({
        TableName,
        Key: { pk: { S: pk }, sk: item.sk as Item[string] },
        UpdateExpression: 'SET story = :story',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':story': rename(story) }),
      });
      try {
        await dynamodb.send(update);
      } catch (error) {
        // It was closed meanwhile.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    }
  }
}
