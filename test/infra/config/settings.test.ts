import { describe, expect, test } from '@jest/globals';
import { defaultSettings, parseConfig } from '../../../infra/config/settings.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c3d';

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
    const domain = { name: 'timeline.example.org', certificateArn };
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
  ])('is refused with all that is wrong in it: %j', (config, lines) => {
    const message = ['timeline.config.ts is not valid:', ...lines.map((line) => `- ${line}`)].join('\n');
    expect(() => parseConfig(config)).toThrow(new Error(message));
  });
});
