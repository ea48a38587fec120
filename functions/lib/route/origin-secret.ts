import { timingSafeEqual } from 'node:crypto';
import { Forbidden } from '../../../events/input/errors.ts';
import { environment } from '../runtime/environment.ts';
import type { Middleware } from './gateway.ts';

/** Known to the distribution alone, which sends it with each request. */
const secret = Buffer.from(environment('ORIGIN_SECRET'));

/** Refuses requests that bypass the distribution: its firewall would not limit them, nor its cache answer them. */
export function originSecret(): Middleware {
  return {
    before({ event }) {
      const sent = Buffer.from(event.headers['x-origin-verify'] ?? '');
      if (sent.length === secret.length && timingSafeEqual(sent, secret)) return;
      throw new Forbidden(
        'Send requests to the public address of this API. This address only serves its distribution.',
      );
    },
  };
}
