import { region } from '../template/intrinsics.ts';

/**
 * The region and credentials of all local clients. Engines accept any, but some keep a database for each key and
 * region, so all clients must use the same.
 */
export const localAccount = {
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

interface Removable {
  readonly middlewareStack: { remove(name: string): boolean };
}

type LocalConfig = typeof localAccount & { endpoint: string };

/**
 * A client of a local engine, without the middleware of the SDK that copies every request and response for a log that
 * is not kept. The clients of the functions are made without it too.
 *
 * @param options what the client has another default for
 */
export function localClient<Client extends Removable, Options extends object>(
  Service: new (config: LocalConfig & Options) => Client,
  endpoint: string,
  options = {} as Options,
): Client {
  const client = new Service({ ...localAccount, endpoint, ...options });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
