import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { workerTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { workersPerNewsroom } from '../../../events/webhooks/wake-group.ts';
import { localClient } from '../../../local/engines/local-client.ts';
import { type QueueServer, queueUrlOf, startQueueServer } from '../../../local/engines/queues.ts';
import type { EventSource } from '../../../local/sources/event-source.ts';
import { startQueueSource } from '../../../local/sources/queue-source.ts';
import { accountId, region } from '../../../local/template/intrinsics.ts';
import { eventually } from '../../journeys/support/eventually.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** A mapping begins with as many workers. Several of them begin with more than one newsroom may occupy. */
const workersOfMapping = 5;
const mappings = 1 + Math.ceil(workersPerNewsroom / workersOfMapping);
/** The endpoints of a newsroom that keep their workers busy. */
const crowd = 40;
const answerMs = 700;

let world: World;
let server: QueueServer;
let sources: EventSource[];
let delivering: Delivering;
let slow: Receiver;
let quiet: Receiver;

const context = { awsRequestId: 'deliver', getRemainingTimeInMillis: () => workerTimeoutMs } as unknown as Context;

async function openEndpoint(owner: string, url: string): Promise<string> {
  const { createEndpoint, newEndpointId } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
  const { deleteDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
  const id = newEndpointId();
  const createdAt = new Date().toISOString();
  const described = { id, owner, url, description: null, filter: {}, maxInFlight: 1, contact: 'desk@example.org' };
  const places = { sendAfter: 0, settledThrough: 0 };
  const state = { id, status: 'pending', epoch: 1, ...places, failures: 0, queue: 'prompt' } as const;
  await createEndpoint({ ...described, createdAt, since: 0, verifiedAt: null }, 'whsec_c2VjcmV0', state);
  await delivering.subscribers.start(id);
  await deleteDueEndpoint(id);
  return id;
}

beforeAll(async () => {
  server = await startQueueServer();
  process.env.AWS_ENDPOINT_URL_SQS = server.endpoint;
  world = await startWorld();
  const client = localClient(SQSClient, server.endpoint);
  for (const name of ['Prompt', 'Slow']) {
    const Attributes = {
      ...{ FifoQueue: 'true', VisibilityTimeout: '35', DelaySeconds: name === 'Slow' ? '5' : '0' },
      ...{ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
    };
    await client.send(new CreateQueueCommand({ QueueName: `${name}.fifo`, Attributes }));
    process.env[`${name.toUpperCase()}_QUEUE_URL`] = queueUrlOf(`${name}.fifo`, server.endpoint);
  }
  client.destroy();
  delivering = await deliveringIn(world);
  const { handler } = await import('../../../functions/deliver.ts');
  const invoke = async (payload: string) => JSON.stringify((await handler(JSON.parse(payload), context)) ?? null);
  const target = { ...{ logicalId: 'Deliver', name: 'deliver', arn: 'arn' }, invoke };
  const start = () =>
    startQueueSource(
      {
        logicalId: 'Wakes',
        properties: {
          ...{
            EventSourceArn: `arn:aws:sqs:${region}:${accountId}:Prompt.fifo`,
            FunctionName: 'Deliver',
            Enabled: true,
          },
          ...{ BatchSize: 1, FunctionResponseTypes: [], ScalingConfig: { MaximumConcurrency: workersOfMapping } },
          ...{ BisectBatchOnFunctionError: false, MaximumRecordAgeInSeconds: -1, MaximumRetryAttempts: -1 },
        },
      } as never,
      {
        target: target as never,
        queuesEndpoint: server.endpoint,
        traceOf: server.traceOf,
        note: () => undefined,
        afterInvocation: () => undefined,
      },
    );
  sources = Array.from({ length: mappings }, start);
  [slow, quiet] = [await startReceiver(), await startReceiver()];
  slow.otherwise(reactions.answersAfter(answerMs));
});

afterAll(async () => {
  await Promise.all(sources.map((source) => source.stop()));
  await Promise.all([slow.stop(), quiet.stop()]);
  await world.stop();
  await server.stop();
});

test('an endpoint does not wait for those of another newsroom that answer slowly, however many they are', async () => {
  for (let index = 0; index < crowd; index++) await openEndpoint('crowd', slow.url);
  const id = await openEndpoint('example', quiet.url);
  await delivering.publish(1);
  await eventually(
    () => quiet.received.length,
    (received) => received === 1,
  );
  // Its wake was sent among the last, and the workers of the other newsroom have taken no more than their part since.
  expect(slow.received.length).toBeLessThanOrEqual(2 * workersPerNewsroom);
  expect(slow.mostAtOnce()).toBeLessThanOrEqual(workersPerNewsroom);
  await eventually(
    () => slow.received.length,
    (received) => received === crowd,
  );
  // By their random ids, the endpoints may all be in fewer groups than there are.
  expect(slow.mostAtOnce()).toBeLessThanOrEqual(workersPerNewsroom);
  expect(slow.mostAtOnce()).toBeGreaterThan(workersPerNewsroom / 2);
  expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
});
