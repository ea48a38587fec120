import { Resolver } from 'node:dns/promises';
import { addressOf } from '../../../events/public-address.ts';
import { isLoopbackHost } from '../../../events/webhook-url.ts';
import { DeliveryError } from './delivery-error.ts';

/** For each server and try. */
const timeoutMs = 3_000;
const tries = 2;

/** RFC 6761, section 6.3: such names are not asked for. */
const loopbackAddresses = ['127.0.0.1', '::1'];

/**
 * All addresses of a host, those of IPv4 first: Lambda has no other way out. Asks the network's resolver itself: the system's would hold
 * one of four threads for each host that does not answer, whatever time there is.
 *
 * @throws {DeliveryError} dns_error, if there is none
 */
export async function resolveHost(host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (addressOf(host) !== null) return [host];
  if (isLoopbackHost(host)) return loopbackAddresses;
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  signal.removeEventListener('abort', cancel);
  const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (addresses.length === 0) throw new DeliveryError('dns_error');
  return addresses;
}
