import ipaddr from 'ipaddr.js';

type IPv4 = InstanceType<typeof ipaddr.IPv4>;
type IPv6 = InstanceType<typeof ipaddr.IPv6>;

/** The global unicast addresses (RFC 4291, section 2.4, and the IANA registry). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Where an IPv6 address may contain an IPv4 address for a translator (RFC 6052, section 2.2), by prefix length: the
 * indexes of its four bytes. Byte 8 and all bytes after them are zero. The well-known prefix is not global unicast, but
 * a network may choose any prefix.
 */
const translated = [
  [4, 5, 6, 7],
  [5, 6, 7, 9],
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
] as const;

/**
 * Ranges of IPv4 inside private networks. Reserved ranges are not among them: they are routed nowhere, translated or
 * not.
 */
const innerRanges = ['private', 'loopback', 'linkLocal', 'carrierGradeNat'];

/** The address of services for machines of Azure (DHCP, DNS, health). By its range it is public. */
const platformAddress = '168.63.129.16';

const isPublicIPv4 = (address: IPv4) => address.range() === 'unicast' && address.toString() !== platformAddress;

/**
 * Whether the last eight bytes are those of ISATAP (RFC 5214, section 6.1): an IPv4 address after `0000:5efe` or
 * `0200:5efe`.
 */
function isIsatap(bytes: readonly number[]): boolean {
  const [first = 0, second, third, fourth] = bytes.slice(8);
  return (first & 0xfd) === 0 && second === 0 && third === 0x5e && fourth === 0xfe;
}

/** Whether a translator could read the bytes as an IPv4 address of a private network. */
function isTranslatedInner(bytes: readonly number[]): boolean {
  return translated.some((places) => {
    const isPadded = bytes.every((byte, index) => (index !== 8 && index <= places[3]) || byte === 0);
    // With a prefix of 96 bits, bytes 9 to 11 can have any value. They are zero in addresses that are assigned by hand.
    const isPrefixed = places[0] !== 12 || bytes.slice(8, 12).every((byte) => byte === 0);
    if (!isPadded || !isPrefixed) return false;
    const address = new ipaddr.IPv4(places.map((place) => bytes[place] as number));
    return innerRanges.includes(address.range()) || address.toString() === platformAddress;
  });
}

/**
 * Whether the last six bytes are `ffff` and an IPv4 address that is not public, as in mapped addresses (RFC 4291,
 * section 2.5.5.2).
 */
function isMappedInner(bytes: readonly number[]): boolean {
  return bytes[10] === 0xff && bytes[11] === 0xff && !isPublicIPv4(new ipaddr.IPv4(bytes.slice(12)));
}

function isPublicIPv6(address: IPv6): boolean {
  const bytes = address.toByteArray();
  return (
    address.zoneId === undefined &&
    address.match(globalUnicast) &&
    address.range() === 'unicast' &&
    !isIsatap(bytes) &&
    !isTranslatedInner(bytes) &&
    !isMappedInner(bytes)
  );
}

/** The IP address in a text, as resolvers and sockets write it; null if the text is something else. */
export function addressOf(text: string): IPv4 | IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

/**
 * Whether an IP address is public unicast: anybody on the internet can reach it. Special ranges are not (private,
 * loopback, link-local, shared, documentation, benchmarks, multicast, relays, a cloud's own services), nor are IPv6
 * addresses that contain an IPv4 address (mapped, 6to4, Teredo, ISATAP, translated into a private network).
 */
export function isPublicAddress(text: string): boolean {
  const address = addressOf(text);
  if (address === null) return false;
  return address instanceof ipaddr.IPv6 ? isPublicIPv6(address) : isPublicIPv4(address);
}

/** Whether an IP address is one of this machine: 127.0.0.0/8, mapped to IPv6 or not, or ::1. */
export function isLoopbackAddress(text: string): boolean {
  const address = addressOf(text);
  if (address === null) return false;
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
  return (isMapped ? address.toIPv4Address() : address).range() === 'loopback';
}
