import { describe, expect, test } from '@jest/globals';
import { synthesized } from '../synthesized.ts';

const stacks = {
  full: await synthesized(),
  small: await synthesized('Timeline', { profile: 'small' }),
};

type Stack = typeof stacks.full;

/** Properties by which a resource works while nobody asks it to, besides schedules, mappings and alarms. */
const busyProperties = [
  'ProvisionedConcurrencyConfig',
  'ProvisionedPollerConfig',
  'SnapStart',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'WarmThroughput',
  'ContributorInsightsSpecification',
  'GlobalSecondaryIndexes',
  'Replicas',
  'KinesisStreamSpecification',
  'MonitoringSubscription',
  'MetricFilter',
  'SubscriptionFilter',
  'RotationSchedule',
  'DetailedMetricsEnabled',
];

/** What invokes functions without a request or an event: by path, with how. */
function startedAlone({ propertiesOf }: Stack) {
  const schedules = Object.entries(propertiesOf('AWS::Events::Rule')).map(([path, { ScheduleExpression, Targets }]) => [
    path,
    `${ScheduleExpression}: ${(Targets as { Arn: string }[]).map(({ Arn }) => Arn).join()}`,
  ]);
  const mappings = Object.entries(propertiesOf('AWS::Lambda::EventSourceMapping')).map(
    ([path, { EventSourceArn, FunctionName }]) => [
      path.replace(/:.*/, ''),
      `polls ${EventSourceArn} for ${FunctionName}`,
    ],
  );
  return Object.fromEntries([...schedules, ...mappings]);
}

describe.each(Object.entries(stacks))('In the profile %s,', (_, { ...stack }) => {
  test('five schedules and six mappings run while nothing happens, and nothing else', () => {
    expect(startedAlone(stack)).toEqual({
      'Embargo/Wake': 'rate(1 minute): Embargo/PublishHeldEvents/Function.Arn',
      'Eraser/Wake': 'rate(1 minute): Eraser/EraseContent/Function.Arn',
      'Webhooks/WakeSweep': 'rate(1 minute): Webhooks/Sweep/Function.Arn',
      'Projector/Wake': 'rate(5 minutes): Projector/Project/Function.Arn',
      'Webhooks/WakeFanOut': 'rate(5 minutes): Webhooks/FanOut/Function.Arn',
      // Streams are read for nothing.
      'Sequencer/Sequence/Function/DynamoDBEventSource': 'polls EventLog.StreamArn for Sequencer/Sequence/Function',
      'Projector/Project/Function/DynamoDBEventSource': 'polls EventLog.StreamArn for Projector/Project/Function',
      'Webhooks/FanOut/Function/DynamoDBEventSource': 'polls Timelines.StreamArn for Webhooks/FanOut/Function',
      // Each of these is 15 requests a minute to its queue.
      'Sequencer/SequencePostponed/Function/Postponed':
        'polls Sequencer/Postponed.Arn for Sequencer/SequencePostponed/Function',
      'Webhooks/Deliver/Function/Wakes': 'polls Wakes/Prompt.Arn for Webhooks/Deliver/Function',
      'Webhooks/DeliverSlow/Function/Wakes': 'polls Wakes/Slow.Arn for Webhooks/DeliverSlow/Function',
    });
  });

  test('alarms look at metrics every minute at the most: more often, each would cost three times as much', () => {
    const text = JSON.stringify(stack.propertiesOf('AWS::CloudWatch::Alarm'));
    const periods = [...text.matchAll(/"Period":(\d+)/g)].map(([, seconds]) => Number(seconds));
    expect(periods.length).toBeGreaterThan(10);
    expect(Math.min(...periods)).toBe(60);
  });

  test('no property makes a resource work, or keep something warm, by itself', () => {
    expect(busyProperties.filter((property) => stack.text.includes(`"${property}"`))).toEqual([]);
  });

  test('no resource is made by a function, which would run with each deployment', () => {
    expect(stack.text).not.toContain('Custom::');
  });
});
