import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isLoopbackAddress, isPublicAddress } from '../../../events/webhooks/public-address.ts';

const publicAddresses = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.1', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255'],
  ...['2606:4700::1', '2606:4700:3033::ac43:9a1e', '2001:4860:4860::8888', '2600:1f18:1234:5600:a1b2:c3d4:e5f6:1'],
  ...['2a00:1450:4001:82a::200e', '2620:0:2d0:200::7', '2001:470:1:1::1', '2a01:4f8:c0c:1234::1'],
  ...[
    '168.63.129.15',
    '168.63.129.17',
    '2001:4860::ffff:8.8.8.8',
    '2001:4860::fffe:10.0.0.1',
    '2001:4860::1:ffff:1.1.1.1',
  ],
];

const otherAddresses = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.0.9'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1'],
  ...['192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255', '192.31.196.1', '192.52.193.1', '192.175.48.1'],
  // Azure's own services.
  ...['168.63.129.16', '::ffff:168.63.129.16', '2606:4700::168.63.129.16', '2001:4860::ffff:168.63.129.16'],
  // Not what resolvers and sockets write.
  ...[
    '',
    ' ',
    '1.1.1',
    '1',
    '01.1.1.1',
    '0x01.1.1.1',
    '1.1.1.1.',
    '256.1.1.1',
    '1.1.1.1/32',
    '1.1.1.1 ',
    'example.org',
  ],
  ...['::', '::1', '::2', '::7f00:1', '::10.0.0.1', '::8.8.8.8', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:808:808'],
  ...['::ffff:0:10.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::8.8.8.8', '64:ff9b:1::10.0.0.1', '100::1', '5f00::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1', '1fff::1', 'e000::1'],
  ...['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1', '2001:3::1', '2001:4:112::1', '2001:10::1'],
  ...['2001:20::1', '2001:30::1', '2001:db8::1', '2001:db8:ffff::1', '2001:1ff::1', '2620:4f:8000::1', '3fff::1'],
  ...['3fff:fff::1', '2002::1', '2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1', '2606:4700::1%eth0'],
  // ISATAP, with and without the bit that says it is universal.
  ...['2600:1f18:1::5efe:10.0.0.1', '2600:1f18:1::200:5efe:10.0.0.1', '2600:1f18:1::5efe:808:808'],
  // As in mapped addresses, within a prefix that is global.
  ...[
    '2001:4860::ffff:10.0.0.1',
    '2001:4860::ffff:127.0.0.1',
    '2001:4860:1:2:3:ffff:a9fe:a9fe',
    '2600::ffff:192.168.0.1',
  ],
  ...['2001:4860::ffff:0.0.0.0', '2001:4860::ffff:100.64.0.1', '2001:4860::ffff:224.0.0.1', '3000::ffff:192.0.2.1'],
  // Networks that translate by a prefix of their own, of 96, 64, 56, 48, 40 and 32 bits.
  ...['2606:4700::10.0.0.1', '2606:4700::127.0.0.1', '2606:4700:1::169.254.169.254', '2606:4700:1::100.64.0.1'],
  ...['2606:4700:1:2:a:0:100::', '2606:4700:1:a:0:1::', '2606:4700:1:a00:0:100::'],
  ...['2606:4700:10a:0:1::', '2606:4700:a00:1::'],
];

describe('an address', () => {
  test.each(publicAddresses)('is public: %j', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each(otherAddresses)('is not: %j', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test('of IPv6 is public only within 2000::/3', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (isPublicAddress(address)) expect(address).toMatch(/^[23][0-9a-f]{3}:/i);
      }),
      { numRuns: 500 },
    );
  });

  test('that is not valid is not public, and throws no error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:%x[]') })), (text) => {
        if (isPublicAddress(text)) expect(text).toMatch(/^(\d+\.\d+\.\d+\.\d+|[\da-f:.]+)$/i);
        isLoopbackAddress(text);
      }),
      { numRuns: 500 },
    );
  });

  test('of a private network is not public in any IPv6 form', () => {
    const byte = fc.nat(255);
    const inner = fc
      .tuple(fc.constantFrom([10], [127], [192, 168], [169, 254], [172, 16], [100, 64]), byte, byte, byte)
      .map(([first, ...rest]) => [...first, ...rest].slice(0, 4));
    const hex = (high = 0, low = 0) => ((high << 8) | low).toString(16);
    fc.assert(
      fc.property(inner, (bytes) => {
        const [high, low] = [hex(bytes[0], bytes[1]), hex(bytes[2], bytes[3])];
        const forms = [
          `::${high}:${low}`,
          `::ffff:${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::1`,
        ];
        const others = [
          `2600::5efe:${high}:${low}`,
          `2600::1:ffff:${high}:${low}`,
          `2606:4700::${high}:${low}`,
          `2606:4700:${high}:${low}::`,
        ];
        expect([...forms, ...others].filter(isPublicAddress)).toEqual([]);
      }),
    );
  });
});

describe('this machine', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('is at %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  test.each(['128.0.0.1', '::', '0.0.0.0', '10.0.0.1', '::2', '::ffff:10.0.0.1', 'localhost', ''])(
    'is not at %j',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );
});
