import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();
const small = await synthesized('Timeline', {
  profile: 'small',
  alarms: { email: 'desk@example.org', topicArn: 'arn:aws:sns:eu-west-1:123456789012:desk' },
  budget: { usdPerMonth: 20, email: 'desk@example.org' },
});

const readGuide = () => readFile(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
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
    TreatMissingData: 'breaching',
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
  const idle = (path: string) => ({
    ...ofFunction(path, 'Errors'),
    Statistic: 'Minimum',
    Period: 60,
    EvaluationPeriods: 10,
    TreatMissingData: 'breaching',
  });
  const ofWorkers = (MetricName: string) => ({
    ...alarmOnly,
    Metrics: [
      { Expression: 'FILL(prompt, 0) + FILL(slow, 0)', Id: 'expr_1', Label: MetricName, ReturnData: true },
      countedBy('deliver', 'prompt', MetricName),
      countedBy('deliver-slow', 'slow', MetricName),
    ],
  });
  const age = { EvaluationPeriods: 10, DatapointsToAlarm: 3, Period: 60, Statistic: 'Maximum', Threshold: 60_000 };
  const ofQueue = (queue: string, MetricName: string) => ({
    Namespace: 'AWS/SQS',
    MetricName,
    Dimensions: [{ Name: 'QueueName', Value: `${queue}.QueueName` }],
  });
  const late = { EvaluationPeriods: 4, DatapointsToAlarm: 1 };
  const sent = (queue: string) => ({
    ...alarm,
    ...late,
    ...ofQueue(queue, 'NumberOfMessagesSent'),
    Statistic: 'Sum',
  });
  const grown = (queue: string) => ({
    ...alarmOnly,
    ...late,
    Metrics: [
      { Expression: 'DIFF(FILL(depth, 0))', Id: 'expr_1', Label: 'Growth', ReturnData: true },
      {
        Id: 'depth',
        MetricStat: { Metric: ofQueue(queue, 'ApproximateNumberOfMessagesVisible'), Period, Stat: 'Maximum' },
        ReturnData: false,
      },
    ],
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
      'Alarms/ParkedSent': sent('Parked'),
      'Alarms/DiscardedSent': sent('Discarded'),
      'Alarms/PostponedDeadLettersGrown': grown('Sequencer/PostponedDeadLetters'),
      'Alarms/PromptDeadLettersGrown': grown('Wakes/PromptDeadLetters'),
      'Alarms/SlowDeadLettersGrown': grown('Wakes/SlowDeadLetters'),
      'Alarms/EraseContentIdle': idle('Eraser/EraseContent/Function'),
      'Alarms/PublishHeldEventsIdle': idle('Embargo/PublishHeldEvents/Function'),
      'Alarms/HeldEventAge': {
        ...ofService('publish-held-events', 'HeldEventAge', 300_000),
        Statistic: 'Maximum',
      },
      'Alarms/NothingSequenced': {
        ...alarmOnly,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 1,
        Metrics: [
          {
            Expression:
              'IF((RUNNING_SUM(FILL(appended, 0)) > FILL(appended, 0)) AND (FILL(appended, 0) > DIFF(FILL(appended, 0))) AND (FILL(sequenced, 0) == 0) AND (DIFF(FILL(sequenced, 0)) == 0), 1, 0)',
            Id: 'expr_1',
            Label: 'Accepted, and nothing published',
            ReturnData: true,
          },
          countedBy('append-event', 'appended', 'EventsAppended'),
          countedBy('sequence', 'sequenced', 'RevisionsSequenced'),
        ],
      },
      'Alarms/FanOutLag': { ...ofSweep('FanOutLag', 60_000), TreatMissingData: 'notBreaching' },
      'Alarms/BacklogAge': ofSweep('BacklogAge', 600_000),
      'Alarms/EndpointsDisabled': ofWorkers('EndpointsDisabled'),
      'Alarms/EndpointsUnserved': { ...ofWorkers('EndpointsUnserved'), EvaluationPeriods: 3 },
      'Alarms/QuotaLookupsFailed': ofService('authorize', 'QuotaLookupsFailed', 1),
      'Alarms/QuotaCountsLost': ofService('append-event', 'QuotaCountsLost', 10),
      'Alarms/ContributorsUnread': ofService('append-event', 'ContributorsUnread', 10),
      'Alarms/RedactionAge': { ...ofService('erase-content', 'RedactionAge', 7_200_000), Statistic: 'Maximum' },
      'Alarms/TablesUnprotected': {
        ...alarm,
        Namespace: 'Timeline',
        MetricName: 'TablesProtected',
        Statistic: 'Average',
        Dimensions: [inStage],
        ComparisonOperator: 'LessThanThreshold',
        Period: 3600,
        TreatMissingData: 'breaching',
      },
      'Alarms/ServerErrors': {
        ...alarm,
        Namespace: 'AWS/ApiGateway',
        MetricName: '5xx',
        Statistic: 'Sum',
        Dimensions: [{ Name: 'ApiId', Value: 'Api/HttpApi' }],
      },
    });
  });

  test('each have a row in the guide, which says what to do, and each row is of an alarm', async () => {
    const section = (await readGuide()).split('\n## Alarms\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \| [^|]+ \| [^|]+ \|$/gm)];
    const described = rows.flatMap(([, names = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string),
    );
    const names = Object.keys(stack.ofType('AWS::CloudWatch::Alarm')).map((path) => path.replace('Alarms/', ''));
    const isOf = (row: string) => (name: string) =>
      row === name || (row.startsWith('…') && name.endsWith(row.slice(1)));
    expect(names.filter((name) => !described.some((row) => isOf(row)(name)))).toEqual([]);
    expect(described.filter((row) => !names.some(isOf(row)))).toEqual([]);
  });

  test('in the profile small are those that no other alarm stands for, and the guide says which are not', async () => {
    const dispensable = new Set(
      [
        'FanOutIteratorAge',
        'EndpointsUnserved',
        'QuotaLookupsFailed',
        'QuotaCountsLost',
        'ContributorsUnread',
        'HeldEventAge',
        'PublishHeldEventsIdle',
      ].map((name) => `Alarms/${name}`),
    );
    expect(Object.keys(small.ofType('AWS::CloudWatch::Alarm'))).toEqual(
      Object.keys(stack.ofType('AWS::CloudWatch::Alarm')).filter(
        (path) => !path.endsWith('Failures') && !dispensable.has(path),
      ),
    );
    const section = (await readGuide()).split('\n### The profile small\n')[1]?.split('\n### ')[0] ?? '';
    const [, none = ''] = section.split('\n- none of ');
    const said = [...none.replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, name]) => `Alarms/${name}`);
    expect(said.filter((path) => stack.resources[path]).toSorted()).toEqual([...dispensable].toSorted());
  });

  test('reach the configured address, by the topic of the stack or by another one', () => {
    expect(stack.ofType('AWS::SNS::Subscription')).toEqual({});
    expect(Object.values(small.propertiesOf('AWS::SNS::Subscription'))).toEqual([
      { Protocol: 'email', Endpoint: 'desk@example.org', TopicArn: 'arn:aws:sns:eu-west-1:123456789012:desk' },
    ]);
    expect(small.ofType('AWS::SNS::Topic')).toEqual({});
    const actions = Object.values(small.propertiesOf('AWS::CloudWatch::Alarm')).map(({ AlarmActions }) => AlarmActions);
    expect(new Set(actions.flat())).toEqual(new Set(['arn:aws:sns:eu-west-1:123456789012:desk']));
  });

  test('say that more is spent than the budget of the settings, or will be, if they have one', () => {
    expect(stack.ofType('AWS::Budgets::Budget')).toEqual({});
    expect(Object.values(small.propertiesOf('AWS::Budgets::Budget'))).toEqual([
      {
        Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 20, Unit: 'USD' } },
        // Nothing is forecast for an account in its first weeks.
        NotificationsWithSubscribers: ['ACTUAL', 'FORECASTED'].map((NotificationType) => ({
          Notification: { NotificationType, ComparisonOperator: 'GREATER_THAN', Threshold: 100 },
          Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'desk@example.org' }],
        })),
      },
    ]);
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
