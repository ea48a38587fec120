import { describe, expect, test } from '@jest/globals';
import { busyTable, idleTable, idleUsd, storageTable } from '../../../infra/costs/cost-tables.ts';
import { freeWhileIdle, idleQuantities } from '../../../infra/costs/idle-costs.ts';
import type { Resource, Template } from '../../../infra/costs/template.ts';

const metric = (Period: number) => ({ MetricStat: { Period }, ReturnData: false });
const named = (name: string, more: object = {}): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: { MemorySize: 1_024, Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name } }, ...more },
});
const table = (name: string, isBackedUp: boolean): Resource => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: isBackedUp } },
  Metadata: { 'aws:cdk:path': `Timeline-a/${name}/Resource` },
});
const resource = (Type: string, Properties: object = {}): Resource => ({ Type, Properties });

/** A little of everything that is billed. */
const template: Template = {
  Resources: {
    Plain: resource('AWS::CloudWatch::Alarm', { MetricName: 'Errors', Period: 300 }),
    Sum: resource('AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'a + b' }, metric(60), metric(60)] }),
    Fast: resource('AWS::CloudWatch::Alarm', { MetricName: 'Errors', Period: 10 }),
    Dashboard: resource('AWS::CloudWatch::Dashboard'),
    Secret: resource('AWS::SecretsManager::Secret'),
    Key: resource('AWS::KMS::Key'),
    WebAcl: resource('AWS::WAFv2::WebACL', { Rules: [{}, {}, {}] }),
    EventLog: table('EventLog', true),
    Timelines: table('Timelines', false),
    Fifo: resource('AWS::SQS::Queue', { FifoQueue: true }),
    Standard: resource('AWS::SQS::Queue'),
    FromFifo: resource('AWS::Lambda::EventSourceMapping', { EventSourceArn: { 'Fn::GetAtt': ['Fifo', 'Arn'] } }),
    FromStandard: resource('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['Standard', 'Arn'] },
    }),
    FromStream: resource('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['EventLog', 'StreamArn'] },
    }),
    Sweep: named('sweep', { TracingConfig: { Mode: 'Active' } }),
    Hourly: resource('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 hour)',
      Targets: [{ Arn: { 'Fn::GetAtt': ['Sweep', 'Arn'] } }],
    }),
    ByEvent: resource('AWS::Events::Rule', { EventPattern: {}, Targets: [] }),
    ...Object.fromEntries(
      ['append-event', 'correct-event', 'sequence', 'project', 'fan-out', 'read-timeline', 'deliver'].map((name) => [
        name,
        named(name),
      ]),
    ),
  },
};

describe('Of a template,', () => {
  test('everything that costs money while nothing happens is counted', () => {
    expect(idleQuantities([template])).toEqual({
      // One, and the two of a sum.
      alarmMetrics: 3,
      fastAlarmMetrics: 1,
      dashboards: 1,
      secrets: 1,
      keys: 1,
      webAcls: 1,
      webAclRules: 3,
      // Five pollers that wait 20 seconds each, for 730 hours.
      queueRequests: 657_000,
      standardQueueRequests: 657_000,
      // Every hour, with 1 GB for 50 ms.
      functionRequests: 730,
      functionGigabyteSeconds: 36.5,
      readUnits: 3_650,
      logGigabytes: 0.000876,
      customMetrics: 1,
      traces: 730,
      keyRequests: 730,
    });
  });

  test('the month is summed up at list prices, and without what is free', () => {
    const { list, billed } = idleUsd([template]);
    const queues = 0.657 * (0.5 + 0.4);
    const small = 0.000146 + 0.0004866691 + 0.00045625 + 0.000438 + 0.00365 + 0.00219;
    expect(list).toBeCloseTo(0.3 + 0.3 + 0.4 + 1 + 5 + 3 + queues + 0.3 + small, 6);
    // Alarms, metrics of our own, the dashboard, the queues and most of the rest are within what is free.
    expect(billed).toBeCloseTo(0.3 + 0.4 + 1 + 5 + 3 + 0.00045625, 6);
  });

  test('a table has a line for everything that is billed, with a column for each stage', () => {
    const secrets = { Resources: { Secret: resource('AWS::SecretsManager::Secret') } };
    expect(idleTable({ one: [secrets], two: [secrets, secrets], none: [{ Resources: {} }] })).toBe(
      [
        '| a month | price | one | two | none |',
        '| --- | ---: | ---: | ---: | ---: |',
        '| secrets | $0.40 | 1: $0.40 | 2: $0.80 |  |',
        '| **at list prices** |  | $0.40 | $0.80 | $0.00 |',
        '| **beyond what is free for each account** |  | $0.40 | $0.80 | $0.00 |',
      ].join('\n'),
    );
  });

  test('storage is counted with recovery to a point in time where a table has it', () => {
    expect(storageTable({ a: [template] })).toBe(
      [
        '| a million events | price a month | a |',
        '| --- | ---: | ---: |',
        '| GB in tables | $0.25, 25 free | 6.5: $1.63 |',
        '| GB with recovery to a point in time | $0.20 | 1.8: $0.36 |',
      ].join('\n'),
    );
  });

  test('a million pages cost what its functions, its edge and its tables are billed', () => {
    const [line] = busyTable([template]).match(/^\| pages of 50 entries, each read anew .*$/m) ?? [];
    // 5 read units; an invocation of 40 ms at 1 GB; the gateway, the edge and its function, and 8 KB; three lines of
    // logs.
    expect([5 * 0.125, 0.2 + 0.04 * 13.3334, 1 + 1 + 0.1 + 8 * 0.085, (0.7 + 0.5 + 0.45) * 0.5]).toEqual([
      0.625,
      expect.closeTo(0.7333, 4),
      expect.closeTo(2.78, 4),
      expect.closeTo(0.825, 4),
    ]);
    expect(line).toBe('| pages of 50 entries, each read anew | $0.63 | $0.73 | $2.78 | $0.82 |  |  | **$4.96** |');
  });
});

test('A web ACL, traces and a shield make a page dearer', () => {
  const traced = named('read-timeline', { MemorySize: 512, TracingConfig: { Mode: 'Active' } });
  const origin = { OriginShield: { Enabled: true, OriginShieldRegion: 'eu-central-1' } };
  const distribution = resource('AWS::CloudFront::Distribution', {
    DistributionConfig: { WebACLId: 'arn', Origins: [origin] },
  });
  const dearer = { Resources: { ...template.Resources, 'read-timeline': traced, Distribution: distribution } };
  expect(busyTable([dearer]).match(/^\| pages of 50 entries.*$/gm)).toEqual([
    '| pages of 50 entries from the cache |  |  | $1.78 |  | $0.60 |  | **$2.38** |',
    '| pages of 50 entries, each read anew | $0.63 | $0.47 | $3.53 | $0.82 | $0.60 | $5.00 | **$11.05** |',
  ]);
});

describe('The costs of a template are not known', () => {
  test('with a resource of a new type', () => {
    expect(() => idleQuantities([{ Resources: { Gateway: resource('AWS::EC2::NatGateway') } }])).toThrow(
      'What a resource of type AWS::EC2::NatGateway costs is not known: add it to infra/costs/idle-costs.ts.',
    );
  });

  test('with a source of invocations that is neither a queue nor a stream of DynamoDB', () => {
    const Stream = resource('AWS::Kinesis::Stream');
    const Mapping = resource('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
    });
    expect(() => idleQuantities([{ Resources: { Mapping, Stream } }])).toThrow(
      'What it costs to read {"Fn::GetAtt":["Stream","Arn"]} is not known.',
    );
  });

  test('with a schedule of a new function, or one that is not a rate', () => {
    const rule = (ScheduleExpression: string) =>
      resource('AWS::Events::Rule', { ScheduleExpression, Targets: [{ Arn: { 'Fn::GetAtt': ['New', 'Arn'] } }] });
    const withRule = (expression: string) => ({ Resources: { New: named('new'), Rule: rule(expression) } });
    expect(() => idleQuantities([withRule('rate(5 minutes)')])).toThrow(
      'What new does while nothing happens is not known: add it to infra/costs/idle-work.ts.',
    );
    expect(() => idleQuantities([withRule('cron(0 8 * * ? *)')])).toThrow(
      'The costs of the schedule cron(0 8 * * ? *) are not known.',
    );
  });
});

test('What is free has a reason, and no type is both billed and free', () => {
  expect(Object.values(freeWhileIdle).filter((reason) => reason === '')).toEqual([]);
  expect(
    idleQuantities([
      { Resources: Object.fromEntries(Object.keys(freeWhileIdle).map((type) => [type, resource(type)])) },
    ]),
  ).toEqual({});
});
