import { describe, expect, test } from '@jest/globals';
import { minuteMs, secondMs } from '../../events/dates/durations.ts';
import { slowQueueDelayMs, sweepIntervalMs, wakeVisibilityTimeoutMs } from '../../events/webhooks/delivery-timing.ts';
import { synthesized } from './synthesized.ts';

const stack = await synthesized();
const protectedTables = await synthesized('Timeline', { reserveConcurrency: false, deletionProtection: true });

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

  test('are these six, billed by request and restorable to any second; items expire in Subscribers, and the use of quotas in Access', () => {
    const { ResourcePolicy, ...eventLog } = stack.resources.EventLog?.Properties ?? {};
    expect({ ...stack.propertiesOf('AWS::DynamoDB::Table'), EventLog: eventLog }).toEqual({
      EventLog: { ...table, DeletionProtectionEnabled: false, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } },
      Access: {
        ...table,
        DeletionProtectionEnabled: false,
        TimeToLiveSpecification: { AttributeName: 'removeAt', Enabled: true },
      },
      Redactions: { ...table, DeletionProtectionEnabled: false },
      HeldEvents: { ...table, DeletionProtectionEnabled: false },
      Timelines: { ...table, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } },
      Subscribers: {
        ...table,
        DeletionProtectionEnabled: false,
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'SubscribersKey.Arn' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('are kept when the stack is deleted, if they cannot be rebuilt', () => {
    const fates = Object.entries(stack.ofType('AWS::DynamoDB::Table')).map(
      ([path, { DeletionPolicy, UpdateReplacePolicy }]) => [path, [DeletionPolicy, UpdateReplacePolicy]],
    );
    expect(Object.fromEntries(fates)).toEqual({
      EventLog: ['RetainExceptOnCreate', 'Retain'],
      Access: ['RetainExceptOnCreate', 'Retain'],
      Redactions: ['RetainExceptOnCreate', 'Retain'],
      HeldEvents: ['RetainExceptOnCreate', 'Retain'],
      Timelines: ['Delete', 'Delete'],
      Subscribers: ['RetainExceptOnCreate', 'Retain'],
    });
  });

  test('are protected against deletion by a deployment after the first, which then ends the alarm', () => {
    const unprotected = 'Alarms/TablesUnprotected';
    expect(Object.keys(stack.ofType('AWS::CloudWatch::Alarm'))).toContain(unprotected);
    expect(Object.keys(protectedTables.ofType('AWS::CloudWatch::Alarm'))).not.toContain(unprotected);
    const tables = Object.entries(protectedTables.propertiesOf('AWS::DynamoDB::Table'));
    expect(
      Object.fromEntries(tables.map(([path, { DeletionProtectionEnabled }]) => [path, DeletionProtectionEnabled])),
    ).toEqual({
      EventLog: true,
      Access: true,
      Redactions: true,
      HeldEvents: true,
      Timelines: undefined,
      Subscribers: true,
    });
  });

  test('and their key alone outlive the stack; what is left after a first deployment that failed is a key until it is deleted', () => {
    const kept = Object.entries(stack.resources).filter(([, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith('Retain'),
    );
    expect(Object.fromEntries(kept.map(([path, { DeletionPolicy }]) => [path, DeletionPolicy]))).toEqual({
      EventLog: 'RetainExceptOnCreate',
      Access: 'RetainExceptOnCreate',
      Redactions: 'RetainExceptOnCreate',
      HeldEvents: 'RetainExceptOnCreate',
      Subscribers: 'RetainExceptOnCreate',
      SubscribersKey: 'RetainExceptOnCreate',
    });
    expect(stack.resources.SubscribersKey?.Properties.PendingWindowInDays).toBe(7);
  });
});

describe('The streams', () => {
  const mapping = {
    StartingPosition: 'TRIM_HORIZON',
    ParallelizationFactor: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: -1,
    MaximumRecordAgeInSeconds: 3600,
    DestinationConfig: { OnFailure: { Destination: 'Discarded.Arn' } },
  };
  const mappings = Object.values(stack.propertiesOf('AWS::Lambda::EventSourceMapping'))
    .filter(({ EventSourceArn }) => String(EventSourceArn).endsWith('.StreamArn'))
    .map(({ FilterCriteria, ...rest }) => ({
      ...rest,
      filters: (FilterCriteria as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => JSON.parse(Pattern)),
    }));

  test('invoke sequence with revisions, project with feed entries and fan-out with the checkpoint, and retry for an hour', () => {
    expect(mappings).toEqual([
      {
        ...mapping,
        EventSourceArn: 'EventLog.StreamArn',
        FunctionName: 'Sequencer/Sequence/Function',
        BatchSize: 100,
        filters: [{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'R#' }] } } } }],
      },
      {
        ...mapping,
        EventSourceArn: 'EventLog.StreamArn',
        FunctionName: 'Projector/Project/Function',
        BatchSize: 1000,
        filters: [{ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: ['F'] } } } }],
      },
      {
        ...mapping,
        EventSourceArn: 'Timelines.StreamArn',
        FunctionName: 'Webhooks/FanOut/Function',
        BatchSize: 1000,
        filters: [
          { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { pk: { S: ['META'] }, sk: { S: ['PROJECT'] } } } },
        ],
      },
    ]);
  });

  test('have at most the two readers that a shard serves without throttling', () => {
    const readers = Object.groupBy(mappings, (one) => String('EventSourceArn' in one && one.EventSourceArn));
    expect(Object.values(readers).every((found) => (found?.length ?? 0) <= 2)).toBe(true);
  });
});

test('A queue invokes sequence-postponed with ten revisions at most, so that a newsroom publishes twenty of them a second', () => {
  const mappings = stack.propertiesOf('AWS::Lambda::EventSourceMapping');
  expect(mappings['Sequencer/SequencePostponed/Function/Postponed']).toEqual({
    EventSourceArn: 'Sequencer/Postponed.Arn',
    FunctionName: 'Sequencer/SequencePostponed/Function',
    BatchSize: 10,
    ScalingConfig: { MaximumConcurrency: 5 },
  });
});

test('Schedules invoke the followers every five minutes, in case an invocation by a stream record was lost, the sweep every minute, what takes content down, and what publishes held events', () => {
  const schedule = (name: string, minutes: number, Description: string) => ({
    Description,
    ScheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
    State: 'ENABLED',
    Targets: [
      {
        Id: 'Target0',
        Arn: `${name}/Function.Arn`,
        RetryPolicy: { MaximumEventAgeInSeconds: 60 * minutes, MaximumRetryAttempts: 0 },
      },
    ],
  });
  expect(stack.propertiesOf('AWS::Events::Rule')).toEqual({
    'Embargo/Wake': schedule('Embargo/PublishHeldEvents', 1, 'Invokes the function publish-held-events every minute'),
    'Eraser/Wake': schedule(
      'Eraser/EraseContent',
      1,
      'Invokes the function erase-content every minute, which carries out redactions',
    ),
    'Projector/Wake': schedule(
      'Projector/Project',
      5,
      'Invokes the function project every five minutes, in case an invocation by a stream record was lost',
    ),
    'Webhooks/WakeFanOut': schedule('Webhooks/FanOut', 5, 'Wakes fan-out in case a stream record was lost'),
    'Webhooks/WakeSweep': schedule(
      'Webhooks/Sweep',
      sweepIntervalMs / minuteMs,
      'Starts the sweep, which wakes the workers of due endpoints',
    ),
  });
});

test('The queues are encrypted and refuse plain HTTP; dead-letter queues keep messages for two weeks', () => {
  const deadLetterQueue = { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true };
  const wakes = (deadLetters: string) => ({
    FifoQueue: true,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    MessageRetentionPeriod: 300,
    RedrivePolicy: { deadLetterTargetArn: `${deadLetters}.Arn`, maxReceiveCount: 5 },
    SqsManagedSseEnabled: true,
    VisibilityTimeout: wakeVisibilityTimeoutMs / secondMs,
  });
  const queues = {
    Parked: deadLetterQueue,
    Discarded: deadLetterQueue,
    'Sequencer/Postponed': {
      ...wakes('Sequencer/PostponedDeadLetters'),
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: { deadLetterTargetArn: 'Sequencer/PostponedDeadLetters.Arn', maxReceiveCount: 10 },
      VisibilityTimeout: 90,
    },
    'Sequencer/PostponedDeadLetters': { ...deadLetterQueue, FifoQueue: true },
    'Wakes/Prompt': wakes('Wakes/PromptDeadLetters'),
    'Wakes/PromptDeadLetters': { ...deadLetterQueue, FifoQueue: true },
    'Wakes/Slow': { ...wakes('Wakes/SlowDeadLetters'), DelaySeconds: slowQueueDelayMs / secondMs },
    'Wakes/SlowDeadLetters': { ...deadLetterQueue, FifoQueue: true },
  };
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
  expect(stack.propertiesOf('AWS::SQS::Queue')).toEqual(queues);
  expect(stack.propertiesOf('AWS::SQS::QueuePolicy')).toEqual(
    Object.fromEntries(Object.keys(queues).map((name) => [`${name}/Policy`, policy(name)])),
  );
});

test("The outputs have the values that an operator's commands need", () => {
  expect(stack.outputs).toEqual({
    ApiUrl: { Value: 'https://Edge/Distribution.DomainName', Description: 'Address of the API' },
    EventLogTable: { Value: 'EventLog', Description: 'For npx timeline: --event-log' },
    TimelinesTable: { Value: 'Timelines', Description: 'For npx timeline: --timelines' },
    SubscribersTable: { Value: 'Subscribers', Description: 'For npx timeline: --subscribers' },
    AccessTable: { Value: 'Access', Description: 'For npx timeline key: --table' },
    HeldEventsTable: { Value: 'HeldEvents', Description: 'For npx timeline story move: --held-events' },
    RedactionsTable: { Value: 'Redactions', Description: 'For npx timeline redact: --redactions' },
    ParkedQueueUrl: { Value: 'Parked', Description: 'For npx timeline: --parked-queue' },
    DiscardedQueueUrl: { Value: 'Discarded', Description: 'The queue of stream records that failed for an hour' },
    AlarmTopic: { Value: 'Alarms/Topic', Description: 'Subscribe to it to hear of alarms' },
    DashboardName: { Value: 'Dashboard', Description: 'The dashboard in CloudWatch' },
  });
});

test('The template fits any account and region', () => {
  // The web ACL and the metrics of CloudFront alone are in one region, wherever the stack is.
  const { AllowedPattern } = (stack.parameters as Record<'WebAclArn', { AllowedPattern: string }>).WebAclArn;
  const metricsRegion = JSON.stringify('"region":"us-east-1"').slice(1, -1);
  const text = stack.text.replace(JSON.stringify(AllowedPattern), '').replaceAll(metricsRegion, '');
  expect(text.match(/\b\d{12}\b|arn:aws|us-east-1|localhost|127\.0\.0\.1|AWS_ENDPOINT/)).toBeNull();
});

test('The stack has fewer than 450 of the 500 resources that CloudFormation allows', () => {
  expect(Object.keys(stack.resources).length).toBeLessThan(450);
});
