import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Capacity units consumed (Amazon DynamoDB Developer Guide, "Read and write operations"), and round trips made. */
export interface Capacity {
  read: number;
  write: number;
  calls: number;
}

const reads = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'ScanCommand', 'TransactGetItemsCommand']);

type Consumed = { CapacityUnits?: number };

/** Counts what a client consumes from now on. `take` tells the sum since the last time and starts anew. */
export function meterCapacity(client: DynamoDBClient): { take(): Capacity } {
  let sum: Capacity = { read: 0, write: 0, calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
      const result = await next({ ...args, input });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
      const units = [ConsumedCapacity ?? []].flat().reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0);
      sum.calls += 1;
      if (reads.has(context.commandName as string)) sum.read += units;
      else sum.write += units;
      return result;
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
