import { Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { addressOf } from '../../../events/webhooks/public-address.ts';
import { isLoopbackHost } from '../../../events/webhooks/webhook-url.ts';
import { DeliveryError } from './delivery-error.ts';

/** For each server and attempt. */
const timeoutMs = 3_000;
const maximumAttempts = 2;
/**
 * Both kinds of addresses are looked up at once. IPv6 addresses that arrive later than this after the IPv4 ones are not
 * used.
 */
const graceMs = 100;

/** The addresses of names such as `localhost`, which are never looked up (RFC 6761, section 6.3). */
const loopbackAddresses = ['127.0.0.1', '::1'];

/** The addresses that a lookup found; none if it failed. */
const foundBy = (lookup: Promise<string[]>) => lookup.catch((): string[] => []);

/** Waits for IPv6 addresses only if there are no IPv4 addresses, since some servers never answer for IPv6. */
async function addressesOf(host: string, resolver: Resolver): Promise<readonly string[]> {
  const ipv6 = foundBy(resolver.resolve6(host));
  const ipv4 = await foundBy(resolver.resolve4(host));
  if (ipv4.length === 0) return ipv6;
  const inTime = await Promise.race([ipv6, setTimeout(graceMs, [], { ref: false })]);
  return [...ipv4, ...inTime];
}

/**
 * The addresses of a host, IPv4 before IPv6, since Lambda has no IPv6 connection by default. It queries the DNS server
 * of the network directly: the lookup of the operating system would block one of four threads for each host that does
 * not answer, and cannot be cancelled.
 *
 * @param servers DNS servers to query instead of that of the network, each an address and a port
 * @throws {DeliveryError} `timeout` when the signal is aborted first; `dns_error` when the host has no address
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
