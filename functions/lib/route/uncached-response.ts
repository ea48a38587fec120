import type { Middleware } from './gateway.ts';

/** Keeps the response out of every cache, unless the handler says otherwise. */
export function uncachedResponse(): Middleware {
  return {
    after({ response }) {
      if (response) response.headers = { 'cache-control': 'no-store', ...response.headers };
    },
  };
}
