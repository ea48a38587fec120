import { type Server, serve } from '../../support/world/served-world.ts';
import type { World } from '../../support/world/world.ts';

/**
 * The functions behind a server. What is written is published before the response.
 *
 * @param port by default a free one
 * @param failures what the first requests get instead: a status, or a connection that is cut
 */
export const servePublished = (world: World, port = 0, failures: readonly (number | 'cut')[] = []): Promise<Server> => {
  const left = [...failures];
  return serve(async (text, path, given, method = 'GET') => {
    const failure = left.shift();
    if (failure === 'cut') return undefined;
    if (failure !== undefined) return { status: failure, text: '{"message":"Service Unavailable"}' };
    const headers = Object.fromEntries(
      ['content-type', 'if-match', 'follows', 'accept'].flatMap((name) => {
        const value = given[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const reply = await world.call(method, path, { headers, ...(text !== '' && { body: text }) });
    if (method !== 'GET' && !path.includes('dryRun')) {
      const ids = [reply.body?.id, ...(reply.body?.results ?? []).map(({ id }: { readonly id: string }) => id)];
      await world.settle(...ids.filter((id) => /^evt_/.test(String(id))));
    }
    return { status: reply.status, text: reply.status === 204 ? '' : reply.text, headers: reply.headers };
  }, port);
};
