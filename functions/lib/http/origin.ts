import { timingSafeEqual } from 'node:crypto';
import { Forbidden } from '../../../events/input/errors.ts';
import { environment } from '../runtime/environment.ts';

/** What the distribution before the API, and nobody else, knows and sends with each request. */
const originSecret = Buffer.from(environment('ORIGIN_SECRET'));

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Refuses who comes around the distribution: nothing would limit how much they ask, nor keep what they are answered.
 *
 * @throws Forbidden
 */
export function assertFromFront(headers: Headers): void {
  const sent = Buffer.from(headers['x-origin-verify'] ?? '');
  if (sent.length === originSecret.length && timingSafeEqual(sent, originSecret)) return;
  throw new Forbidden('Send requests to the public address of this API. This address only serves its distribution.');
}

/** The public address that was asked, without a slash at its end; links in answers begin with it. */
export function publicOrigin(headers: Headers): string {
  return `${headers['x-forwarded-proto']}://${headers['x-public-host']}`;
}
