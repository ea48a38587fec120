import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Chance } from '../models/chance.ts';

/**
 * Lets queries that are not consistent now and then be answered by a replica that lacks some of the latest items: any
 * of the last few of an answer, as one that sees half of a transaction.
 *
 * @returns ends it
 */
export function lagBehind(client: DynamoDBClient, { so, below }: Chance): () => void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const input = args.input as { ConsistentRead?: boolean };
      const output = result.output as { Items?: unknown[]; LastEvaluatedKey?: unknown };
      if (context.commandName === 'QueryCommand' && !input.ConsistentRead && output.Items && so(0.5)) {
        const lacking = below(4);
        const seen = output.Items.length - lacking;
        output.Items = output.Items.filter((_, index) => index < seen || so(0.3));
        if (lacking > 0) delete output.LastEvaluatedKey;
      }
      return result;
    },
    { step: 'initialize', name: 'lagBehind', override: true },
  );
  return () => client.middlewareStack.remove('lagBehind');
}
