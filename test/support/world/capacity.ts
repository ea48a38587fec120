import { type AttributeValue, ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { itemBytes } from './item-size.ts';

/** Capacity units consumed (Amazon DynamoDB Developer Guide, "Read and write operations"), and round trips made. */
export interface Capacity {
  read: number;
  write: number;
  calls: number;
}

const reads = new Set([
  'GetItemCommand',
  'BatchGetItemCommand',
  'QueryCommand',
  'ScanCommand',
  'TransactGetItemsCommand',
]);
const bytesPerWriteUnit = 1_024;

type Consumed = { CapacityUnits?: number };
type Item = Record<string, AttributeValue>;

/** What a put consumes whose condition does not hold: as much as the larger of the two items. No answer tells. */
function unitsOfFailure(error: unknown, { Item: put = {} }: { Item?: Item }): number {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return Math.ceil(Math.max(itemBytes(put), itemBytes(error.Item ?? {})) / bytesPerWriteUnit);
}

/** Counts what a client consumes from now on. `take` tells the sum since the last time and starts anew. */
export function meterCapacity(client: DynamoDBClient): { take(): Capacity } {
  let sum: Capacity = { read: 0, write: 0, calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      sum.calls += 1;
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
      try {
        const result = await next({ ...args, input });
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
        const units = [ConsumedCapacity ?? []]
          .flat()
          .reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0);
        sum[reads.has(context.commandName as string) ? 'read' : 'write'] += units;
        return result;
      } catch (error) {
        sum.write += unitsOfFailure(error, args.input as { Item?: Item });
        throw error;
      }
    },
    { step: 'initialize', name: 'meterCapacity', override: true },
  );
  return {
    take() {
      const taken = sum;
      sum = { read: 0, write: 0, calls: 0 };
      return taken;
    },
  };
}
