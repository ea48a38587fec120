import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from './dynamodb.ts';
import { positionKey } from './position-key.ts';
import { keyOfItem, storedItem } from './stored-item.ts';

const attempts = storedItem({
  kind: 'attempt of a follower',
  version: 1,
  schema: () => z.object({ until: z.string(), isDecisive: z.boolean() }),
});

const sortKey = (position: number, id: string) => `${positionKey(position)}#${id}`;

/**
 * The open attempts of one follower, in a partition of the table that the follower writes. The partition is empty
 * unless an entry has failed for minutes.
 */
export function attemptLogIn(TableName: string, partition: string) {
  return {
    async open(position: number) {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :position)',
          ExpressionAttributeValues: marshall({ ':pk': partition, ':position': sortKey(position, '') }),
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => ({
        id: keyOfItem(item).sk.slice(sortKey(position, '').length),
        ...attempts.read(item),
      }));
    },
    async begin(position: number, { id, ...attempt }: { id: string; until: string; isDecisive: boolean }) {
      const Item = attempts.write({ pk: partition, sk: sortKey(position, id) }, attempt);
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
    },
    async end(position: number, ids: readonly string[]) {
      for (const id of ids) {
        const Key = marshall({ pk: partition, sk: sortKey(position, id) });
        await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
      }
    },
  };
}
