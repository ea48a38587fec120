import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeliveryError } from '../../../functions/lib/deliver/delivery-error.ts';
import { guardedRequest } from '../../../functions/lib/deliver/guarded-request.ts';
import { resolveHost } from '../../../functions/lib/deliver/resolve-host.ts';
import { startNameServer } from '../../support/receivers/name-server.ts';

const ipv4 = (...bytes: readonly number[]) => Buffer.from(bytes);
const ipv6 = (hex: string) => Buffer.from(hex.padEnd(31, '0') + 1, 'hex');

const zone = {
  'both.example': { A: [ipv4(1, 1, 1, 1), ipv4(8, 8, 8, 8)], AAAA: [ipv6('26064700')] },
  'four.example': { A: [ipv4(1, 1, 1, 1)], AAAA: [] },
  'six.example': { A: [], AAAA: [ipv6('26064700')] },
  'half.example': { A: [ipv4(1, 1, 1, 1)] },
  'neither.example': { A: [], AAAA: [] },
  'inner-six.example': { A: [ipv4(1, 1, 1, 1)], AAAA: [ipv6('fd00')] },
  'inner-half.example': { A: [ipv4(1, 1, 1, 1), ipv4(10, 0, 0, 1)] },
  'silent.example': {},
};

let names: Awaited<ReturnType<typeof startNameServer>>;

beforeAll(async () => {
  names = await startNameServer(zone);
});
afterAll(() => names.stop());

/** Sooner than the resolver itself would give up. */
const plenty = () => AbortSignal.timeout(2_500);
const resolved = (host: string, signal = plenty()) => resolveHost(host, signal, [names.server]);

describe('the addresses of a host', () => {
  test.each([
    ['both.example', ['1.1.1.1', '8.8.8.8', '2606:4700::1']],
    ['four.example', ['1.1.1.1']],
    ['six.example', ['2606:4700::1']],
    ['inner-six.example', ['1.1.1.1', 'fd00::1']],
    ['192.0.2.1', ['192.0.2.1']],
    ['2001:db8::1', ['2001:db8::1']],
    ['localhost', ['127.0.0.1', '::1']],
  ])('of %s are all there are, those of IPv4 first', async (host, addresses) => {
    expect(await resolved(host)).toEqual(addresses);
  });

  test('do not wait for IPv6 addresses that never arrive', async () => {
    expect(await resolved('half.example')).toEqual(['1.1.1.1']);
  });

  test.each(['neither.example', 'unknown.example'])('of %s are none', async (host) => {
    await expect(resolved(host)).rejects.toEqual(new DeliveryError('dns_error'));
  });
});

describe('a lookup', () => {
  test('that takes longer than the time that is left has timed out', async () => {
    await expect(resolved('silent.example', AbortSignal.timeout(50))).rejects.toMatchObject({ category: 'timeout' });
  });

  test('without any time left has timed out', async () => {
    await expect(resolved('both.example', AbortSignal.abort())).rejects.toMatchObject({ category: 'timeout' });
  });

  test.each([
    ['silent.example', 'timeout'],
    ['unknown.example', 'dns_error'],
    ['inner-six.example', 'blocked_address'],
    ['inner-half.example', 'blocked_address'],
  ])('of %s fails a request as %s', async (host, category) => {
    const request = guardedRequest(
      { url: `https://${host}/`, method: 'POST', headers: {} },
      { timeoutMs: 500, maximumBytes: 100 },
      { rules: { loopback: false, ownHosts: [] }, resolve: resolved },
    );
    await expect(request).rejects.toMatchObject({ category });
  });
});
