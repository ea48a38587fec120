import { assertMaySend } from './dry-run.ts';

/** A step on the way of a command, as the SDK calls it. */
type Step = <Next extends (given: never) => unknown>(next: Next, context: { commandName?: string }) => Next;

interface Configurable {
  readonly middlewareStack: {
    remove(name: string): boolean;
    add(step: Step, options: { step: 'initialize'; name: string }): void;
  };
}

/** Refuses what a dry run must not send. */
const refuseWritesInDryRuns: Step = (next, { commandName = '' }) => {
  assertMaySend(commandName);
  return next;
};

/**
 * A call takes milliseconds. One that stalls is aborted early, so that three attempts fit into the 10 s of a request.
 */
const connections = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/**
 * A client of an AWS service. Its logger middleware is removed: it copies every request and response for a log that we
 * do not keep, which takes a third of the CPU time of a query. In a dry run, the client sends nothing but reads.
 *
 * @param config overrides the timeouts and the defaults of the SDK
 */
export function awsClient<Config, Client extends Configurable>(
  Service: new (config: Config & { requestHandler: typeof connections }) => Client,
  config: Config,
): Client {
  const client = new Service({ requestHandler: connections, ...config });
  client.middlewareStack.remove('loggerMiddleware');
  client.middlewareStack.add(refuseWritesInDryRuns, { step: 'initialize', name: 'refuseWritesInDryRuns' });
  return client;
}
