import { DeleteItemCommand, PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { blankingKey, timelinesTable } from './timelines-table.ts';

const TableName = timelinesTable;

const leases = storedItem({
  kind: 'blanking lease',
  version: 1,
  schema: () => z.object({ holder: z.string(), end: z.string() }),
});

/** The names of the attributes in expressions: `end` is a reserved word. */
const ExpressionAttributeNames = { '#end': 'end' };

const isFree = 'attribute_not_exists(pk) OR #end < :now';

async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return false;
  }
}

/**
 * Takes or extends the lease of the function that takes content out of the log. While it is held, no rebuild begins: a
 * rebuild that has read content must find it again when it removes it. Take the lease first, then ask whether a rebuild
 * in progress still needs the content.
 *
 * @param holder identifies the invocation
 * @param until RFC 3339
 * @returns whether the holder has the lease
 */
export function takeBlankingLease(holder: string, until: string): Promise<boolean> {
  return unlessRefused(
    dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: leases.write(blankingKey, { holder, end: until }),
        ConditionExpression: `${isFree} OR holder = :holder`,
        ExpressionAttributeNames,
        ExpressionAttributeValues: marshall({ ':now': new Date().toISOString(), ':holder': holder }),
      }),
    ),
  );
}

/** Gives the lease back, if the holder still has it. */
export async function releaseBlankingLease(holder: string): Promise<void> {
  await unlessRefused(
    dynamodb.send(
      new DeleteItemCommand({
        TableName,
        Key: marshall(blankingKey),
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeValues: marshall({ ':holder': holder }),
      }),
    ),
  );
}

/** The condition that nobody takes content out of the log now. */
export const noBlanking = (): TransactWriteItem => ({
  ConditionCheck: {
    TableName,
    Key: marshall(blankingKey),
    ConditionExpression: isFree,
    ExpressionAttributeNames,
    ExpressionAttributeValues: marshall({ ':now': new Date().toISOString() }),
  },
});
