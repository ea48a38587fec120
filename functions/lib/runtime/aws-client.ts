interface Removable {
  readonly middlewareStack: { remove(name: string): boolean };
}

/** A call takes milliseconds. One that stalls is aborted early, so that three attempts fit into the 10 s of a request. */
const connections = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/**
 * A client of an AWS service. Its logger middleware is removed: it copies every request and response for a log that we do not keep,
 * which takes a third of the CPU time of a query.
 *
 * @param config overrides the timeouts and the defaults of the SDK
 */
export function awsClient<Config, Client extends Removable>(
  Service: new (config: Config & { requestHandler: typeof connections }) => Client,
  config: Config,
): Client {
  const client = new Service({ requestHandler: connections, ...config });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
