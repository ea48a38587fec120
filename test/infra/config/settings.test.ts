import { describe, expect, test } from '@jest/globals';
import { defaultSettings, parseConfig } from '../../../infra/config/settings.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c3d';
const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/Timeline/0a1b';
const domain = { name: 'timeline.example.org', certificateArn };

describe('A configuration', () => {
  test('without settings gives a stage the defaults', () => {
    expect(parseConfig({ stages: { production: {} } })).toEqual([
      {
        stage: 'production',
        profile: 'full',
        alarms: {},
        quotas: { events: 50_000, changes: 20_000, bytes: 1_073_741_824 },
        limits: {
          requestsPerSecond: 500,
          burst: 1_000,
          writesPerSecond: 200,
          readsPerAddress: 60_000,
          changesPerAddress: 6_000,
          writesPerAddress: 6_000,
          allowedAddresses: [],
        },
        deletionProtection: false,
        reserveConcurrency: true,
      },
    ]);
    expect(parseConfig({ stages: { production: {} } })).toEqual([defaultSettings('production')]);
  });

  test('gives each stage its own settings', () => {
    const config = {
      stages: {
        production: { domain, alarms: { email: 'desk@example.org' }, limits: { allowedAddresses: ['203.0.113.0/24'] } },
        staging: { profile: 'small', quotas: { events: 100 } },
      },
    };
    expect(parseConfig(config)).toEqual([
      {
        ...defaultSettings('production'),
        domain,
        alarms: { email: 'desk@example.org' },
        limits: { ...defaultSettings('production').limits, allowedAddresses: ['203.0.113.0/24'] },
      },
      {
        ...defaultSettings('staging'),
        profile: 'small',
        reserveConcurrency: false,
        quotas: { ...defaultSettings('staging').quotas, events: 100 },
      },
    ]);
  });

  test('reserves concurrency as it says, whatever the profile', () => {
    const stages = { one: { reserveConcurrency: false }, two: { profile: 'small', reserveConcurrency: true } };
    expect(parseConfig({ stages }).map(({ reserveConcurrency }) => reserveConcurrency)).toEqual([false, true]);
  });

  test.each([
    [undefined, ['the default export: Invalid input: expected object, received undefined']],
    [{ stages: {} }, ['stages: Must have at least one stage.']],
    [
      { stages: { Production: {} } },
      ['stages.Production: A stage is named by 1 to 20 lower-case letters and digits, a letter first.'],
    ],
    [{ stages: { a: { domian: {} } } }, ['stages.a: Unrecognized key: "domian"']],
    [{ stages: { a: { profile: 'tiny' } } }, ['stages.a.profile: Must be full or small.']],
    [
      { stages: { a: { domain: { name: 'https://timeline.example.org', certificateArn } } } },
      ['stages.a.domain.name: Must be a name in lower case such as timeline.example.org.'],
    ],
    [
      {
        stages: {
          a: { domain: { name: 'x.example', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') } },
        },
      },
      ['stages.a.domain.certificateArn: Must be the ARN of a certificate in us-east-1, where CloudFront reads it.'],
    ],
    [
      { stages: { a: { quotas: { changes: -1, events: 1.5 } } } },
      [
        'stages.a.quotas.events: Must be a whole number of events a day.',
        'stages.a.quotas.changes: Must not be negative.',
      ],
    ],
    [
      { stages: { a: { limits: { changesPerAddress: 8, writesPerAddress: 9, allowedAddresses: ['203.0.113.7'] } } } },
      [
        'stages.a.limits.changesPerAddress: Must be at least 10.',
        'stages.a.limits.writesPerAddress: Must be at least 10.',
        'stages.a.limits.allowedAddresses.0: Must be a range of addresses such as 203.0.113.0/24 or 2001:db8::/48.',
      ],
    ],
    [
      { stages: { a: { alarms: { email: 'desk', topicArn: 'topic' } } } },
      [
        'stages.a.alarms.email: Must be an e-mail address.',
        'stages.a.alarms.topicArn: Must be the ARN of an SNS topic.',
      ],
    ],
    [
      { stages: { a: { domain: { name: `${'a.'.repeat(124)}example`, certificateArn } } } },
      ['stages.a.domain.name: Must be at most 253 characters.'],
    ],
    [
      {
        stages: {
          a: {
            domain: { name: 'x.example', certificateArn: certificateArn.replace('arn:aws:', 'arn:aws-cn:') },
            webAclArn: webAclArn.replace('arn:aws:', 'arn:aws-us-gov:'),
            alarms: { topicArn: 'arn:aws-cn:sns:cn-north-1:123456789012:desk' },
            limits: { originShieldRegion: 'us-gov-west-1' },
          },
        },
      },
      [
        'stages.a.domain.certificateArn: Must be the ARN of a certificate in us-east-1, where CloudFront reads it.',
        'stages.a.webAclArn: Must be the ARN that the stack TimelineFirewall prints as WebAclArn.',
        'stages.a.alarms.topicArn: Must be the ARN of an SNS topic.',
        'stages.a.limits.originShieldRegion: Must be a region such as eu-central-1.',
      ],
    ],
    [
      { stages: { a: { limits: { allowedAddresses: ['203.0.113.0/24', '0.0.0.0/0', '::/0'] } } } },
      [1, 2].map(
        (index) =>
          `stages.a.limits.allowedAddresses.${index}: Must not be all addresses. To limit none, raise the limits.`,
      ),
    ],
    [
      { stages: { a: { profile: 'small', webAclArn } } },
      [
        'stages.a.webAclArn: Must not be set in the profile small, which has no web ACL. Remove it, or choose the profile full.',
      ],
    ],
    [
      { stages: { a: { domain }, b: {}, c: { domain } } },
      ['stages.c.domain.name: Must not be that of the stage a too. Each stage has a name of its own.'],
    ],
  ])('is refused with all that is wrong in it: %j', (config, lines) => {
    const message = ['timeline.config.ts is not valid:', ...lines.map((line) => `- ${line}`)].join('\n');
    expect(() => parseConfig(config)).toThrow(new Error(message));
  });

  test('is refused if its pages are more than the environment of a function holds, though each host is valid', () => {
    const mediaHosts = Array.from(
      { length: 20 },
      (_, index) => `h${index}.${'a'.repeat(63)}.${'b'.repeat(63)}.news.example.org`,
    );
    expect(parseConfig({ stages: { a: { pages: { mediaHosts: mediaHosts.slice(1) } } } })).toHaveLength(1);
    expect(() => parseConfig({ stages: { a: { pages: { mediaHosts } } } })).toThrow(
      new Error(
        'timeline.config.ts is not valid:\n- stages.a.pages: Must be at most 3000 bytes as JSON, since functions get it as an environment variable. Name fewer or shorter mediaHosts.',
      ),
    );
  });
});
