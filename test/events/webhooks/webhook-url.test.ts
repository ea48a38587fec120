import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInput } from '../../../events/input/errors.ts';
import { isPublicAddress } from '../../../events/webhooks/public-address.ts';
import { assertReceiverUrl, hostOf } from '../../../events/webhooks/webhook-url.ts';
import { refusalOf } from '../refusal.ts';

const deployed = { loopback: false, ownHosts: ['d1.cloudfront.net', 'abc.execute-api.eu-west-1.amazonaws.com'] };
const laptop = { loopback: true, ownHosts: ['127.0.0.1:3000'] };

const name = 'The host must be a name that anybody on the internet can look up.';
const invalidName = 'The host is not a valid name.';
const address = 'The address must be one that anybody on the internet can reach.';
const notHttps = 'The URL must be absolute and begin with https://.';
const http = 'The URL must begin with https://.';
const port = 'The port must be 443, or 1024 or higher.';
const user = 'The URL must not contain a user name or a password.';
const fragment = 'The URL must not have a fragment (#).';
const dot = 'The host must not end with a dot.';
const own = 'The URL must not lead back to this API.';

describe('a URL of a receiver', () => {
  test.each([
    ['https://example.org', 'https://example.org/'],
    ['https://hooks.example.org/a/b?c=d&e=%20', 'https://hooks.example.org/a/b?c=d&e=%20'],
    ['HTTPS://Example.ORG:443/Hook', 'https://example.org/Hook'],
    ['https://example.org:0443/a:22', 'https://example.org/a:22'],
    ['https://example.org:1024/', 'https://example.org:1024/'],
    ['https://example.org:65535/', 'https://example.org:65535/'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    ['https://ex_ample.example.org/', 'https://ex_ample.example.org/'],
    ['https://8.8.8.8/hook', 'https://8.8.8.8/hook'],
    ['https://134744072/', 'https://8.8.8.8/'],
    ['https://[2606:4700::1]:8443/', 'https://[2606:4700::1]:8443/'],
    ['https://example.org/@user', 'https://example.org/@user'],
    ['https://d2.cloudfront.net/', 'https://d2.cloudfront.net/'],
  ])('may be %s', (text, href) => {
    expect(assertReceiverUrl(text, deployed).href).toBe(href);
  });

  test.each<[string, string]>([
    ['', notHttps],
    ['https', notHttps],
    ['https:', notHttps],
    ['https://', notHttps],
    ['https:///example.org', notHttps],
    ['https:example.org', notHttps],
    ['//example.org', notHttps],
    ['/hook', notHttps],
    ['example.org', notHttps],
    ['ftp://example.org', notHttps],
    ['file:///etc/passwd', notHttps],
    ['javascript:alert(1)', notHttps],
    ['data:text/plain,a', notHttps],
    ['gopher://example.org', notHttps],
    ['ws://example.org', notHttps],
    ['wss://example.org', notHttps],
    ['unix:/var/run/docker.sock', notHttps],
    ['blob:https://example.org/1', notHttps],
    [' https://example.org', notHttps],
    ['https://example.org ', notHttps],
    ['https://exam\tple.org', notHttps],
    ['https://exam\nple.org', notHttps],
    ['https://example.org/\r\nx: y', notHttps],
    ['https://example.org/\0', notHttps],
    ['https://example.org\\@127.0.0.1/', notHttps],
    ['https:\\\\example.org', notHttps],
    ['https://example.org\u2028/', notHttps],
    ['https://exam\u200bple.org/', notHttps],
    ['https://exa mple.org/', notHttps],
    ['https://[::1', notHttps],
    ['https://[fe80::1%25eth0]/', notHttps],
    ['https://[fe80::1%eth0]/', notHttps],
    ['https://[2606:4700::1%25eth0]/', notHttps],
    ['https://example.org:99999/', notHttps],
    ['https://example.org:-1/', notHttps],
    ['https://256.256.256.256/', notHttps],
    ['https://1.2.3.4.5/', notHttps],
    ['https://0x100000000/', notHttps],
    ['https://exa%00mple.org/', notHttps],
    ['https://?x', notHttps],
    ['http://example.org', http],
    ['http://127.0.0.1/', http],
    ['http://localhost:3000/', http],
    ['http://[::1]/', http],
    ['https://user@example.org/', user],
    ['https://user:password@example.org/', user],
    ['https://:password@example.org/', user],
    ['https://@example.org/', user],
    ['https://example.org@127.0.0.1/', user],
    ['https://127.0.0.1@example.org/', user],
    ['https://example.org#@127.0.0.1/', fragment],
    ['https://example.org/#', fragment],
    ['https://example.org/#a', fragment],
    ['https://example.org:0/', port],
    ['https://example.org:22/', port],
    ['https://example.org:25/', port],
    ['https://example.org:80/', port],
    ['https://example.org:444/', port],
    ['https://example.org:1023/', port],
    ['https://8.8.8.8:53/', port],
    ['https://localhost/', name],
    ['https://LOCALHOST/', name],
    ['https://localhost:8443/', name],
    ['https://localhost./', dot],
    ['https://a.localhost/', name],
    ['https://localhost.localdomain/', name],
    ['https://printer.local/', name],
    ['https://ip-10-0-0-1.eu-west-1.compute.internal/', name],
    ['https://metadata.google.internal/', name],
    ['https://router.home.arpa/', name],
    ['https://router.lan/', name],
    ['https://wiki.corp/', name],
    ['https://wiki.intranet/', name],
    ['https://nas.home/', name],
    ['https://abcdefghij.onion/', name],
    ['https://name.alt/', name],
    ['https://intranet/', name],
    ['https://com/', name],
    ['https://ｌｏｃａｌｈｏｓｔ/', name],
    ['https://example.org./', dot],
    ['https://example.org../', dot],
    ['https://d1.cloudfront.net./', dot],
    ['https://example..org/', invalidName],
    ['https://.example.org/', invalidName],
    ['https://-example.org/', invalidName],
    ['https://example-.org/', invalidName],
    ['https://exa$mple.org/', invalidName],
    ['https://exa*mple.org/', invalidName],
    [`https://${'a'.repeat(64)}.org/`, invalidName],
    [`https://${'a.'.repeat(130)}org/`, invalidName],
    ['https://127.0.0.1/', address],
    ['https://127.0.0.1:8443/', address],
    ['https://127.1/', address],
    ['https://127.0.1/', address],
    ['https://2130706433/', address],
    ['https://017700000001/', address],
    ['https://0x7f000001/', address],
    ['https://0x7f.1/', address],
    ['https://0177.0.0.1/', address],
    ['https://0x7f.0x0.0x0.0x1/', address],
    ['https://0177.0.0.0x1/', address],
    ['https://127.0.0.1./', address],
    ['https://%31%32%37.0.0.1/', address],
    ['https://１２７.０.０.１/', address],
    ['https://①②⑦.0.0.1/', address],
    ['https://127。0。0。1/', address],
    ['https://0/', address],
    ['https://0.0.0.0/', address],
    ['https://10.1/', address],
    ['https://0xa.1/', address],
    ['https://167772161/', address],
    ['https://172.16.1/', address],
    ['https://192.168.257/', address],
    ['https://3232235777/', address],
    ['https://169.254.169.254/latest/meta-data/', address],
    ['https://2852039166/', address],
    ['https://0xa9fea9fe/', address],
    ['https://0251.0376.0251.0376/', address],
    ['https://100.100.100.200/', address],
    ['https://192.0.2.1/', address],
    ['https://198.18.0.1/', address],
    ['https://224.0.0.1/', address],
    ['https://255.255.255.255/', address],
    ['https://4294967295/', address],
    ['https://[::]/', address],
    ['https://[::1]/', address],
    ['https://[0:0:0:0:0:0:0:1]/', address],
    ['https://[0000::0001]/', address],
    ['https://[::127.0.0.1]/', address],
    ['https://[::ffff:127.0.0.1]/', address],
    ['https://[::ffff:7f00:1]/', address],
    ['https://[::ffff:a9fe:a9fe]/', address],
    ['https://[::ffff:0:127.0.0.1]/', address],
    ['https://[64:ff9b::127.0.0.1]/', address],
    ['https://[64:ff9b:1::10.0.0.1]/', address],
    ['https://[2002:7f00:1::]/', address],
    ['https://[2002:a9fe:a9fe::]/', address],
    ['https://[2001:0:7f00:1::]/', address],
    ['https://[2001:db8::1]/', address],
    ['https://[2600::5efe:7f00:1]/', address],
    ['https://[fc00::1]/', address],
    ['https://[fd00:ec2::254]/', address],
    ['https://[fe80::1]/', address],
    ['https://[fec0::1]/', address],
    ['https://[ff02::1]/', address],
    ['https://d1.cloudfront.net/v1/events', own],
    ['https://D1.CloudFront.net:8443/', own],
    ['https://d1%2Ecloudfront.net/', own],
    ['https://abc.execute-api.eu-west-1.amazonaws.com/', own],
    [`https://example.org/${'a'.repeat(2_048)}`, 'The URL must not be longer than 2000 characters.'],
  ])('may not be %j', (text, detail) => {
    expect(refusalOf(() => assertReceiverUrl(text, deployed))).toEqual([{ pointer: '/url', detail }]);
  });
});

describe('on a laptop', () => {
  test.each([
    'http://127.0.0.1:4000/hook',
    'https://127.0.0.1:4000/hook',
    'http://127.0.0.1/',
    'http://localhost:8080/',
    'http://receiver.localhost:8080/',
    'http://[::1]:4000/',
    'http://127.1:4000/',
    'http://2130706433:81/',
    'http://[::ffff:127.0.0.1]:4000/',
    'https://example.org/',
  ])('%s is admitted', (text) => {
    expect(refusalOf(() => assertReceiverUrl(text, laptop))).toEqual([]);
  });

  test.each<[string, string]>([
    ['http://127.0.0.1:3000/v1/events', own],
    ['http://localhost:3000/', own],
    ['http://[::1]:3000/', own],
    ['https://127.0.0.1:3000/', own],
    ['http://0x7f000001:3000/', own],
    ['http://127.0.0.1:0/', port],
    ['http://example.org/', http],
    ['http://10.0.0.1/', http],
    ['https://10.0.0.1/', address],
    ['http://0.0.0.0:4000/', http],
    ['http://localhost.:4000/', http],
    ['http://user@127.0.0.1:4000/', user],
    ['http://127.0.0.1:4000/#a', fragment],
    ['https://printer.local/', name],
  ])('%s is not', (text, detail) => {
    expect(refusalOf(() => assertReceiverUrl(text, laptop))).toEqual([{ pointer: '/url', detail }]);
  });

  test('our own host without a port is the one on the default port', () => {
    const rules = { loopback: true, ownHosts: ['localhost', '', 'no host'] };
    expect(refusalOf(() => assertReceiverUrl('http://127.0.0.1/', rules))).toEqual([{ pointer: '/url', detail: own }]);
    expect(refusalOf(() => assertReceiverUrl('http://127.0.0.1:4000/', rules))).toEqual([]);
  });
});

describe('whatever is written', () => {
  const part = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.ipV4Extended(),
    fc.ipV6().map((text) => `[${text}]`),
    fc.domain(),
    fc.constantFrom(
      'https://',
      'http://',
      '@',
      '#',
      ':',
      '/',
      '\\',
      '?',
      '.',
      'localhost',
      '127.1',
      ':80',
      ':8443',
      '%00',
    ),
  );
  const anyText = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));

  test('it is refused by name, or leads to a public host by https', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map((text) => `https://${text}`),
        ),
        (text) => {
          let url: URL;
          try {
            url = assertReceiverUrl(text, deployed);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInput);
            return;
          }
          const { protocol, username, password, hash } = url;
          expect({ protocol, username, password, hash }).toEqual({
            protocol: 'https:',
            username: '',
            password: '',
            hash: '',
          });
          expect(url.port === '' || Number(url.port) >= 1_024).toBe(true);
          const host = hostOf(url);
          expect(isPublicAddress(host) || /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host)).toBe(true);
          // What was taken is taken again, and is the same.
          expect(assertReceiverUrl(url.href, deployed).href).toBe(url.href);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
