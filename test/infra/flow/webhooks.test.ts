import { describe, expect, test } from '@jest/globals';
import { secondMs } from '../../../events/dates/durations.ts';
import { fanOutTimeoutMs, slowQueueDelayMs, workerTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { routes } from '../../../functions/routes.ts';
import { permissionsIn } from '../permissions.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();

const functions = stack.propertiesOf('AWS::Lambda::Function');

test('Only the workers of webhooks may wake themselves again and again, which Lambda would take for a recursive loop', () => {
  const loops = Object.entries(stack.propertiesOf('AWS::Lambda::Function')).flatMap(([path, { RecursiveLoop }]) =>
    RecursiveLoop === undefined ? [] : [[path, RecursiveLoop]],
  );
  expect(Object.fromEntries(loops)).toEqual({
    'Webhooks/Deliver/Function': 'Allow',
    'Webhooks/DeliverSlow/Function': 'Allow',
  });
});

describe('The workers', () => {
  const mapping = { BatchSize: 1 };

  test('of failing endpoints have their own queue and reserved executions', () => {
    const mappings = Object.values(stack.propertiesOf('AWS::Lambda::EventSourceMapping'));
    expect(mappings.filter(({ EventSourceArn }) => String(EventSourceArn).startsWith('Wakes/'))).toEqual([
      {
        ...mapping,
        EventSourceArn: 'Wakes/Prompt.Arn',
        FunctionName: 'Webhooks/Deliver/Function',
        ScalingConfig: { MaximumConcurrency: 100 },
      },
      {
        ...mapping,
        EventSourceArn: 'Wakes/Slow.Arn',
        FunctionName: 'Webhooks/DeliverSlow/Function',
        ScalingConfig: { MaximumConcurrency: 100 },
      },
    ]);
  });

  test.each([
    ['Deliver', 'Prompt'],
    ['DeliverSlow', 'Slow'],
  ])(
    '%s has an execution for every message that it receives, and times out before the message returns',
    (worker, queue) => {
      const { ReservedConcurrentExecutions, Timeout } = functions[`Webhooks/${worker}/Function`] ?? {};
      const mappings = Object.values(stack.propertiesOf('AWS::Lambda::EventSourceMapping'));
      const mapped = mappings.find(({ EventSourceArn }) => EventSourceArn === `Wakes/${queue}.Arn`);
      expect(mapped?.ScalingConfig).toEqual({ MaximumConcurrency: ReservedConcurrentExecutions });
      const { VisibilityTimeout } = stack.propertiesOf('AWS::SQS::Queue')[`Wakes/${queue}`] ?? {};
      expect(Number(VisibilityTimeout)).toBeGreaterThan(Number(Timeout));
      expect(Number(VisibilityTimeout)).toBeLessThanOrEqual(Number(Timeout) + 10);
    },
  );

  test('have the timeouts, and their queues the delays, of delivery timing', () => {
    const timeoutOf = (name: string) => functions[`Webhooks/${name}/Function`]?.Timeout;
    expect(['Deliver', 'DeliverSlow', 'FanOut', 'Sweep'].map(timeoutOf)).toEqual(
      [workerTimeoutMs, workerTimeoutMs, fanOutTimeoutMs, fanOutTimeoutMs].map((ms) => ms / secondMs),
    );
    const queues = stack.propertiesOf('AWS::SQS::Queue');
    expect(['Prompt', 'Slow'].map((name) => queues[`Wakes/${name}`]?.DelaySeconds)).toEqual([
      undefined,
      slowQueueDelayMs / secondMs,
    ]);
  });
});

describe('The key of the subscribers', () => {
  test('is rotated every year, and kept when the stack is deleted, since the table cannot be read without it', () => {
    expect(Object.keys(stack.ofType('AWS::KMS::Key'))).toEqual(['SubscribersKey']);
    const { DeletionPolicy, UpdateReplacePolicy, Properties } = stack.resources.SubscribersKey ?? {};
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    expect(Properties?.EnableKeyRotation).toBe(true);
  });
});

describe('The secrets that sign messages', () => {
  const { environmentOf, names, permissionsOf } = permissionsIn(stack);
  const bound = names.filter((name) => 'SUBSCRIBERS_TABLE' in environmentOf(name));
  const isDenied = (name: string) => permissionsOf(name).includes('no dynamodb:* on S#* of Subscribers.Arn');

  test('can be accessed by the functions that create, delete or use them, and by no others', () => {
    expect(bound.filter((name) => !isDenied(name)).sort()).toEqual([
      'create-endpoint',
      'delete-endpoint',
      'deliver',
      'deliver-slow',
      'rotate-secret',
    ]);
    expect(bound.filter(isDenied).length).toBeGreaterThan(10);
  });

  test('are the only items in the denied partitions', async () => {
    process.env.SUBSCRIBERS_TABLE = 'Subscribers';
    const table = await import('../../../functions/lib/subscribers/table/subscribers-table.ts');
    const id = 'wh_a';
    expect(table.secretsKey(id)).toEqual({ pk: 'S#wh_a', sk: 'SECRETS' });
    const others = [
      ...[table.activeEndpointsVersionKey, table.activeEndpointKey(id), table.endpointKey(id), table.stateKey(id)],
      ...[table.ownedKey('aztv', id), table.deliveryKey(id, 1), table.attemptKey(id, 1, 1), table.fanOutKey],
      ...[table.operationalKey(id, '2026-01-01T00:00:00Z', id), table.recipientKey('e', id), table.dueEndpointKey(id)],
      ...[table.ownerLimitKey('aztv', '0'), table.hostLimitKey('aztv', 'example.org', '0')],
      table.hostProofKey('aztv', 'example.org'),
    ];
    expect(others.filter(({ pk }) => pk.startsWith('S#'))).toEqual([]);
  });

  test('cannot be read without naming their partition: no function may scan', () => {
    const onSubscribers = names
      .flatMap(permissionsOf)
      .filter((permission) => /^dynamodb:.* on Subscribers\b/.test(permission));
    expect([...new Set(onSubscribers)].sort()).toEqual(
      [
        ...['BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PartiQLInsert', 'PutItem', 'Query'],
        'UpdateItem',
      ].map((action) => `dynamodb:${action} on Subscribers.Arn`),
    );
  });
});

test('No deployed function allows receivers on the loopback interface', () => {
  expect(stack.text).not.toContain('LOOPBACK_RECEIVERS');
});

test('The distribution never caches a response that needs a key', () => {
  const { DistributionConfig } = stack.propertiesOf('AWS::CloudFront::Distribution')['Edge/Distribution'] ?? {};
  const { CacheBehaviors } = DistributionConfig as {
    CacheBehaviors: readonly { PathPattern: string; CachePolicyId: string }[];
  };
  // CloudFront's own policy CachingDisabled.
  const uncached = CacheBehaviors.filter(
    ({ CachePolicyId }) => CachePolicyId === '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  ).map(({ PathPattern }) => new RegExp(`^${PathPattern.replaceAll('*', '.*')}$`));
  const guarded = routes.filter(({ method, scope }) => method === 'GET' && scope !== undefined);
  expect(guarded.length).toBeGreaterThan(0);
  for (const { path } of guarded) expect(uncached.some((pattern) => pattern.test(path))).toBe(true);
  const free = routes.filter(({ scope }) => scope === undefined);
  for (const { path } of free) expect(uncached.some((pattern) => pattern.test(path))).toBe(false);
});
