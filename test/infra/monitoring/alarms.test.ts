import { describe, expect, test } from '@jest/globals';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();

const inStage = { Name: 'stage', Value: 'local' };
const functions = stack.propertiesOf('AWS::Lambda::Function');

describe('The alarms', () => {
  const alarm = {
    AlarmActions: ['Alarms/Topic'],
    AlarmDescription: expect.any(String),
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 1,
    Period: 300,
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  };
  const ofFunction = (path: string, MetricName: string) => ({
    ...alarm,
    Namespace: 'AWS/Lambda',
    MetricName,
    Statistic: 'Sum',
    Dimensions: [{ Name: 'FunctionName', Value: path }],
  });
  const ofSweep = (MetricName: string, Threshold: number) => ({
    ...alarm,
    Namespace: 'Timeline',
    MetricName,
    Statistic: 'Maximum',
    Dimensions: [{ Name: 'service', Value: 'sweep' }, inStage],
    EvaluationPeriods: 3,
    Period: 60,
    Threshold,
  });
  const ofService = (service: string, MetricName: string, Threshold: number) => ({
    ...alarm,
    Namespace: 'Timeline',
    MetricName,
    Statistic: 'Sum',
    Dimensions: [{ Name: 'service', Value: service }, inStage],
    Threshold,
  });
  const { Period, ...alarmOnly } = alarm;
  const countedBy = (service: string, Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'Timeline',
        MetricName,
        Dimensions: [{ Name: 'service', Value: service }, inStage],
      },
      Period,
      Stat: 'Sum',
    },
    ReturnData: false,
  });
  const sumOf = (FunctionName: string, Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: [{ Name: 'FunctionName', Value: FunctionName }] },
      Period,
      Stat: 'Sum',
    },
    ReturnData: false,
  });
  const failuresOf = (path: string) => ({
    ...alarmOnly,
    Metrics: [
      { Expression: 'FILL(errors, 0) + FILL(throttles, 0)', Id: 'expr_1', Label: 'Failures', ReturnData: true },
      sumOf(path, 'errors', 'Errors'),
      sumOf(path, 'throttles', 'Throttles'),
    ],
  });
  const ofWorkers = (MetricName: string) => ({
    ...alarmOnly,
    Metrics: [
      { Expression: 'FILL(prompt, 0) + FILL(slow, 0)', Id: 'expr_1', Label: MetricName, ReturnData: true },
      countedBy('deliver', 'prompt', MetricName),
      countedBy('deliver-slow', 'slow', MetricName),
    ],
  });
  const age = { EvaluationPeriods: 3, Period: 60, Statistic: 'Maximum', Threshold: 60_000 };
  const depth = (queue: string) => ({
    ...alarm,
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Dimensions: [{ Name: 'QueueName', Value: `${queue}.QueueName` }],
  });

  test('cover errors and throttles of every function, the age of streams, queues, server errors, webhooks and quotas', () => {
    const ofEveryFunction = Object.keys(functions).map((path) => [
      `Alarms/${path.split('/')[1]}Failures`,
      failuresOf(path),
    ]);
    expect(stack.propertiesOf('AWS::CloudWatch::Alarm')).toEqual({
      ...Object.fromEntries(ofEveryFunction),
      'Alarms/SequenceIteratorAge': { ...ofFunction('Sequencer/Sequence/Function', 'IteratorAge'), ...age },
      'Alarms/ProjectIteratorAge': { ...ofFunction('Projector/Project/Function', 'IteratorAge'), ...age },
      'Alarms/FanOutIteratorAge': { ...ofFunction('Webhooks/FanOut/Function', 'IteratorAge'), ...age },
      'Alarms/ParkedDepth': depth('Parked'),
      'Alarms/DiscardedDepth': depth('Discarded'),
      'Alarms/PostponedDeadLettersDepth': depth('Sequencer/PostponedDeadLetters'),
      'Alarms/PromptDeadLettersDepth': depth('Wakes/PromptDeadLetters'),
      'Alarms/SlowDeadLettersDepth': depth('Wakes/SlowDeadLetters'),
      'Alarms/FanOutLag': ofSweep('FanOutLag', 60_000),
      'Alarms/BacklogAge': ofSweep('BacklogAge', 600_000),
      'Alarms/EndpointsDisabled': ofWorkers('EndpointsDisabled'),
      'Alarms/EndpointsUnserved': { ...ofWorkers('EndpointsUnserved'), EvaluationPeriods: 3 },
      'Alarms/QuotaLookupsFailed': ofService('authorize', 'QuotaLookupsFailed', 1),
      'Alarms/QuotaCountsLost': ofService('append-event', 'QuotaCountsLost', 10),
      'Alarms/ContributorsUnread': ofService('append-event', 'ContributorsUnread', 10),
      'Alarms/RedactionAge': { ...ofService('erase-content', 'RedactionAge', 7_200_000), Statistic: 'Maximum' },
      'Alarms/ServerErrors': {
        ...alarm,
        Namespace: 'AWS/ApiGateway',
        MetricName: '5xx',
        Statistic: 'Sum',
        Dimensions: [{ Name: 'ApiId', Value: 'Api/HttpApi' }],
      },
    });
  });

  test('may publish to their topic, and no principal may use it over plain HTTP', () => {
    const { PolicyDocument } = stack.propertiesOf('AWS::SNS::TopicPolicy')['Alarms/Topic/Policy'] ?? {};
    expect((PolicyDocument as { Statement: unknown }).Statement).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: 'Alarms/Topic',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: 'Alarms/Topic',
        Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
      },
    ]);
  });
});
