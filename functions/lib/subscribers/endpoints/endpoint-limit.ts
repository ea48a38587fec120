import { GetItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayMs } from '../../../../events/dates/durations.ts';
import { StateConflict } from '../../../../events/input/errors.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { storedItem } from '../../runtime/stored-item.ts';
import { lastRegisteredKey, subscribersTable } from '../table/subscribers-table.ts';
import { countEndpoints, type Endpoint } from './endpoints.ts';

/**
 * The limit bounds the work of fan-out, which all newsrooms share: it writes about three units for each endpoint that
 * receives a revision.
 */
const maximumEndpoints = 200;

/** No registration takes so long. */
const keptMs = dayMs;

const lastRegistered = storedItem({
  kind: 'last registered endpoint',
  version: 1,
  schema: () => z.object({ id: z.string(), expiresAt: z.int() }),
});

async function readLast(owner: string): Promise<string | null> {
  const Key = marshall(lastRegisteredKey(owner));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? lastRegistered.read(Item).id : null;
}

/**
 * What registers an endpoint in the transaction that writes it. If the newsroom has registered another one since they
 * were counted, the transaction fails, so that requests at the same time do not pass the limit together. The count
 * itself is of the endpoints that there are: nothing has to be taken back when one is deleted.
 *
 * @param now epoch milliseconds
 * @throws {StateConflict} when the newsroom has as many endpoints as it may
 */
export async function registrationOf({ id, owner }: Endpoint, now: number): Promise<TransactWriteItem> {
  // Before the count: what is registered after this read makes the transaction fail.
  const last = await readLast(owner);
  if ((await countEndpoints(owner)) >= maximumEndpoints) {
    throw new StateConflict(`A newsroom has at most ${maximumEndpoints} endpoints. Delete one that you do not need.`);
  }
  const expiresAt = Math.ceil((now + keptMs) / 1_000);
  return {
    Put: {
      TableName: subscribersTable,
      Item: lastRegistered.write(lastRegisteredKey(owner), { id, expiresAt }),
      ...(last === null
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#id = :last',
            ExpressionAttributeNames: { '#id': 'id' },
            ExpressionAttributeValues: marshall({ ':last': last }),
          }),
    },
  };
}
