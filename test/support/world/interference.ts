import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What a function asks of the database. */
export interface Asked {
  readonly command: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any command
  readonly input: any;
}

/**
 * What becomes of a call. The caller sees a timeout if the call was never sent, and also if it was done but its answer
 * was lost.
 */
export type Fate = 'done' | 'never sent' | 'answer lost';

function timedOut(): Error {
  return Object.assign(new Error('The connection timed out.'), { name: 'TimeoutError' });
}

/**
 * Lets a test decide over each call of a client, also when it is made: it may throw an error of its own, or take its
 * time.
 *
 * @returns ends the interference
 */
export function interfere(client: DynamoDBClient, fateOf: (asked: Asked) => Fate | Promise<Fate>): () => void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const fate = await fateOf({ command: context.commandName as string, input: args.input });
      if (fate === 'never sent') throw timedOut();
      const result = await next(args);
      if (fate === 'answer lost') throw timedOut();
      return result;
    },
    { step: 'initialize', name: 'interfere', override: true },
  );
  return () => client.middlewareStack.remove('interfere');
}
