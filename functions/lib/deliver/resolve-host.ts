import { Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { addressOf } from '../../../events/webhooks/public-address.ts';
import { isLoopbackHost } from '../../../events/webhooks/webhook-url.ts';
import { DeliveryError } from './delivery-error.ts';

/** For each server and try. */
const timeoutMs = 3_000;
const maximumAttempts = 2;
/** How long addresses of IPv6 may come after those of IPv4: both are asked for at once. */
const graceMs = 100;

/** RFC 6761, section 6.3: such names are not asked for. */
const loopbackAddresses = ['127.0.0.1', '::1'];

/** What was found; nothing, if the look-up failed. */
const foundBy = (lookup: Promise<string[]>) => lookup.catch((): string[] => []);

/** Those of IPv6 are waited for only where there are none of IPv4: some servers never answer for them. */
async function addressesOf(host: string, resolver: Resolver): Promise<readonly string[]> {
  const ipv6 = foundBy(resolver.resolve6(host));
  const ipv4 = await foundBy(resolver.resolve4(host));
  if (ipv4.length === 0) return ipv6;
  const inTime = await Promise.race([ipv6, setTimeout(graceMs, [], { ref: false })]);
  return [...ipv4, ...inTime];
}

/**
 * The addresses of a host, those of IPv4 first: Lambda has no other way out. Asks the network's resolver itself: the system's would hold
 * one of four threads for each host that does not answer, whatever time there is. What comes too late is not among them, and so
 * nothing is sent there.
 *
 * @param servers resolvers to ask instead of the network's, each an address and a port
 * @throws {DeliveryError} timeout, if the signal came before they were found; dns_error, if there is none
 */
export async function resolveHost(
  host: string,
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<readonly string[]> {
  if (addressOf(host) !== null) return [host];
  if (isLoopbackHost(host)) return loopbackAddresses;
  if (signal.aborted) throw new DeliveryError('timeout');
  const resolver = new Resolver({ timeout: timeoutMs, tries: maximumAttempts });
  if (servers) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const addresses = await addressesOf(host, resolver);
    if (signal.aborted) throw new DeliveryError('timeout');
    if (addresses.length === 0) throw new DeliveryError('dns_error');
    return addresses;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
