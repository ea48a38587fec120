interface Removable {
  readonly middlewareStack: { remove(name: string): boolean };
}

/** A call takes milliseconds; one that stalls is given up, so that three attempts fit into the ten seconds of a request. */
const connections = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/**
 * A client of an AWS service, as all of them are made here: without the middleware of the SDK that copies every request and
 * response for a log that is not kept. It takes a third of the CPU of a query.
 *
 * @param config overrides the timeouts, and whatever else the client has a default for
 */
export function awsClient<Config, Client extends Removable>(
  Service: new (config: Config & { requestHandler: typeof connections }) => Client,
  config: Config,
): Client {
  const client = new Service({ requestHandler: connections, ...config });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
