import { describe, expect, test } from '@jest/globals';
import { synthesized } from './synthesized.ts';

const stack = synthesized();

describe('The tables', () => {
  const table = {
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  };

  test('are these, paid by request and restorable to any second, and nothing in them expires', () => {
    const { ResourcePolicy, ...eventLog } = stack.resources.EventLog?.Properties ?? {};
    expect({ ...stack.propertiesOf('AWS::DynamoDB::Table'), EventLog: eventLog }).toEqual({
      EventLog: { ...table, DeletionProtectionEnabled: true, StreamSpecification: { StreamViewType: 'NEW_IMAGE' } },
      Access: { ...table, DeletionProtectionEnabled: true },
      Timelines: table,
    });
  });

  test('outlive the stack where they cannot be rebuilt', () => {
    const fates = Object.entries(stack.ofType('AWS::DynamoDB::Table')).map(
      ([path, { DeletionPolicy, UpdateReplacePolicy }]) => [path, [DeletionPolicy, UpdateReplacePolicy]],
    );
    expect(Object.fromEntries(fates)).toEqual({
      EventLog: ['Retain', 'Retain'],
      Access: ['Retain', 'Retain'],
      Timelines: ['Delete', 'Delete'],
    });
  });
});

describe('The stream of the log', () => {
  const mapping = {
    EventSourceArn: 'EventLog.StreamArn',
    StartingPosition: 'TRIM_HORIZON',
    ParallelizationFactor: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: -1,
    MaximumRecordAgeInSeconds: 3600,
    DestinationConfig: { OnFailure: { Destination: 'Discarded.Arn' } },
  };

  test('wakes sequence with new revisions and project with new feed entries, each as often as it takes for an hour', () => {
    const mappings = Object.values(stack.propertiesOf('AWS::Lambda::EventSourceMapping')).map(
      ({ FilterCriteria, ...rest }) => ({
        ...rest,
        filters: (FilterCriteria as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) =>
          JSON.parse(Pattern),
        ),
      }),
    );
    expect(mappings).toEqual([
      {
        ...mapping,
        FunctionName: 'Sequencer/Sequence/Function',
        BatchSize: 100,
        filters: [{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'R#' }] } } } }],
      },
      {
        ...mapping,
        FunctionName: 'Projector/Project/Function',
        BatchSize: 1000,
        filters: [{ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: ['F'] } } } }],
      },
    ]);
  });

  test('has no more than the two readers that a shard serves without throttling', () => {
    expect(Object.keys(stack.ofType('AWS::Lambda::EventSourceMapping'))).toHaveLength(2);
  });
});

test('A schedule wakes the projection every five minutes, should the wake of a record be lost', () => {
  expect(stack.propertiesOf('AWS::Events::Rule')).toEqual({
    'Projector/Wake': {
      Description: 'Wakes the projection, should the wake of a record have been lost',
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [
        {
          Id: 'Target0',
          Arn: 'Projector/Project/Function.Arn',
          RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 0 },
        },
      ],
    },
  });
});

test('The queues are encrypted, keep what they get for two weeks and refuse plain HTTP', () => {
  const queue = { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true };
  const policy = (name: string) => ({
    Queues: [name],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: `${name}.Arn`,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
      Version: '2012-10-17',
    },
  });
  expect(stack.propertiesOf('AWS::SQS::Queue')).toEqual({ Parked: queue, Discarded: queue });
  expect(stack.propertiesOf('AWS::SQS::QueuePolicy')).toEqual({
    'Parked/Policy': policy('Parked'),
    'Discarded/Policy': policy('Discarded'),
  });
});

test('The outputs are what the commands look for', () => {
  expect(stack.outputs).toEqual({
    ApiUrl: { Value: 'https://Edge/Distribution.DomainName' },
    EventLogTable: { Value: 'EventLog' },
    TimelinesTable: { Value: 'Timelines' },
    AccessTable: { Value: 'Access' },
    ParkedQueueUrl: { Value: 'Parked' },
  });
});

test('The template fits any account and region', () => {
  // The web ACL alone is in one region, wherever the stack is.
  const { AllowedPattern } = (stack.parameters as Record<'WebAclArn', { AllowedPattern: string }>).WebAclArn;
  const text = stack.text.replace(JSON.stringify(AllowedPattern), '');
  expect(text.match(/\b\d{12}\b|arn:aws|us-east-1|localhost|127\.0\.0\.1|AWS_ENDPOINT/)).toBeNull();
});
