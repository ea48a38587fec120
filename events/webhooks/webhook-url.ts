import { InvalidInput } from '../input/errors.ts';
import { maximumUrlLength } from '../input/limits.ts';
import { addressOf, isLoopbackAddress, isPublicAddress } from './public-address.ts';

const longestName = 253;

/**
 * A label of a host name (RFC 1123), and the underscore that some names contain. The URL parser has made it lower case
 * and ASCII.
 */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Domains that exist only inside a network (RFC 6761, RFC 6762, RFC 8375, and unregistered names that networks use).
 */
const innerDomains = ['localhost', 'localdomain', 'local', 'internal', 'intranet', 'private', 'corp', 'home', 'lan'];
const innerSuffixes = [...innerDomains, 'home.arpa', 'onion', 'alt'].map((domain) => `.${domain}`);

/**
 * Text without the characters that the URL parser would change: it drops line breaks and tabs, and turns `\` into `/`.
 */
const plain = /^[^\s\p{C}\\]+$/u;
const authority = /^https?:\/\/(?<host>[^/?#]+)/i;

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Where a receiver may be. */
export interface ReceiverRules {
  /** Whether receivers on this machine are allowed too, by http and https on any port. */
  readonly loopback: boolean;
  /** The hosts of this API, which are refused. With a port, only that port is refused. */
  readonly ownHosts: readonly string[];
}

const refused = (detail: string) => new InvalidInput([{ pointer: '/url', detail }]);

const portOf = ({ port, protocol }: URL) => port || (defaultPorts[protocol] as string);

/** The host of a URL without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Whether a host is this machine. @param host as the URL parser writes it */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host);
}

/** Whether two hosts are the same. This machine has many names; every other host has one. */
const sameHost = (one: string, other: string) => one === other || (isLoopbackHost(one) && isLoopbackHost(other));

/** Whether a URL leads to a host of this API. A host without a port means all ports, unless it is this machine. */
function isOwn(url: URL, own: string): boolean {
  if (own === '' || !URL.canParse(`http://${own}`)) return false;
  const parsed = new URL(`http://${own}`);
  if (!sameHost(hostOf(url), hostOf(parsed))) return false;
  const anyPort = !/:\d+$/.test(own) && !isLoopbackHost(hostOf(parsed));
  return anyPort || portOf(url) === portOf(parsed);
}

function assertName(host: string): void {
  if (host.endsWith('.')) throw refused('The host must not end with a dot.');
  const labels = host.split('.');
  if (host.length > longestName || !labels.every((one) => label.test(one)))
    throw refused('The host is not a valid name.');
  if (labels.length < 2 || innerSuffixes.some((suffix) => host.endsWith(suffix)))
    throw refused('The host must be a name that anybody on the internet can look up.');
}

function assertHost(host: string): void {
  if (addressOf(host) === null) assertName(host);
  else if (!isPublicAddress(host)) throw refused('The address must be one that anybody on the internet can reach.');
}

/**
 * Checks that messages may be sent to a URL: https, port 443 or 1024 and higher, a public name or address in any
 * spelling, no user name, password or fragment, and not this API itself. It checks the URL alone: the addresses of its
 * host must be checked whenever the name is resolved.
 *
 * @returns the URL as the WHATWG URL parser writes it, which is how it is used
 * @throws {InvalidInput} at `/url`
 */
export function assertReceiverUrl(text: string, { loopback, ownHosts }: ReceiverRules): URL {
  if (text.length > maximumUrlLength) throw refused(`The URL must not be longer than ${maximumUrlLength} characters.`);
  const written = authority.exec(text)?.groups?.host;
  if (!written || !plain.test(text) || !URL.canParse(text))
    throw refused('The URL must be absolute and begin with https://.');
  if (written.includes('@')) throw refused('The URL must not contain a user name or a password.');
  if (text.includes('#')) throw refused('The URL must not have a fragment (#).');
  const url = new URL(text);
  const host = hostOf(url);
  if (ownHosts.some((own) => isOwn(url, own))) throw refused('The URL must not lead back to this API.');
  if (portOf(url) === '0') throw refused('The port must be 443, or 1024 or higher.');
  if (loopback && isLoopbackHost(host)) return url;
  if (url.protocol !== 'https:') throw refused('The URL must begin with https://.');
  assertHost(host);
  if (url.port !== '' && Number(url.port) < 1_024) throw refused('The port must be 443, or 1024 or higher.');
  return url;
}
