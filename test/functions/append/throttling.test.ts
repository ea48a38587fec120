import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { developmentWith } from '../../events/samples.ts';
import { gatewayEvent, lambdaContext } from '../../support/world/gateway-event.ts';

Object.assign(process.env, {
  AWS_REGION: 'eu-west-1',
  EVENT_LOG_TABLE: 'EventLog',
  TIMELINES_TABLE: 'Timelines',
  ACCESS_TABLE: 'Access',
  HELD_EVENTS_TABLE: 'HeldEvents',
});
const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
const { handler: appendEvent } = await import('../../../functions/append-event.ts');
const { handler: correctEvent } = await import('../../../functions/correct-event.ts');

const database = mockClient(dynamodb);
const stored = new Map<string, Record<string, AttributeValue>>();
let throttled: (key: string) => boolean;

const throttling = new DynamoDBServiceException({
  name: 'ProvisionedThroughputExceededException',
  message: 'The level of configured provisioned throughput for the table was exceeded.',
  $fault: 'client',
  $metadata: { httpStatusCode: 400 },
});

/** A put that is conditional on the item not being there, as the table would do it. */
function put({ Item = {} }: PutItemCommandInput): object {
  const key = `${Item.pk?.S} ${Item.sk?.S}`;
  if (throttled(key)) throw throttling;
  const there = stored.get(key);
  if (there) throw new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item: there });
  stored.set(key, Item);
  return {};
}

beforeEach(() => {
  stored.clear();
  throttled = () => false;
  database.reset();
  database.on(PutItemCommand).callsFake(put);
});

const caller = { newsroom: 'example', keyId: 'example-test', scopes: 'events:write', stories: '' };
const post = (body: object) =>
  appendEvent(
    gatewayEvent({
      method: 'POST',
      routeKey: 'POST /v1/events',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      caller,
    }),
    lambdaContext,
  );

const unavailable = {
  statusCode: 503,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '1' },
};

describe('a table that is throttled', () => {
  test('in the middle of a batch returns 503, and after a retry each event is recorded once', async () => {
    const batch = Array.from({ length: 40 }, (_, index) => developmentWith({}, { id: `event-${index}` }));
    let puts = 0;
    throttled = () => ++puts % 25 === 0;
    const refused = await post(batch);
    expect(refused).toMatchObject(unavailable);
    expect(JSON.parse(refused.body ?? '')).toEqual({
      type: '/problems/unavailable',
      title: 'The service is temporarily unavailable',
      status: 503,
      detail: 'Nothing is wrong with the request. Send it again.',
      requestId: 'request-1',
    });
    const before = stored.size;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(40);
    throttled = () => false;
    const { statusCode, body } = await post(batch);
    const { results } = JSON.parse(body ?? '');
    expect(statusCode).toBe(200);
    expect(results.filter(({ outcome }: { outcome: string }) => outcome === 'replayed')).toHaveLength(before);
    expect(results.filter(({ outcome }: { outcome: string }) => outcome === 'created')).toHaveLength(40 - before);
    expect(stored.size).toBe(40);
  });

  test('for one event returns 503, and a retry records it', async () => {
    throttled = () => true;
    expect(await post(developmentWith({}, { id: 'a' }))).toMatchObject(unavailable);
    throttled = () => false;
    expect(await post(developmentWith({}, { id: 'a' }))).toMatchObject({ statusCode: 201 });
  });

  test('for reads returns 503 to a correction', async () => {
    database.on(QueryCommand).rejects(throttling);
    const id = `evt_${'a'.repeat(26)}`;
    const event = gatewayEvent({
      method: 'POST',
      routeKey: 'POST /v1/events/{id}/corrections',
      headers: { 'content-type': 'application/json', 'if-match': '"0"' },
      body: JSON.stringify({ note: 'A slip', data: { headline: 'b' } }),
      caller,
    });
    expect(await correctEvent({ ...event, pathParameters: { id } }, lambdaContext)).toMatchObject(unavailable);
  });
});

describe('an append whose response was lost', () => {
  test('is replayed, and recorded once', async () => {
    const event = developmentWith({}, { id: 'a' });
    const lost = (input: PutItemCommandInput) => {
      put(input);
      throw Object.assign(new Error('The connection timed out.'), { name: 'TimeoutError' });
    };
    database.on(PutItemCommand).callsFakeOnce(lost).callsFake(put);
    expect(await post(event)).toMatchObject(unavailable);
    const { statusCode, headers, body } = await post(event);
    expect({ statusCode, replayed: headers?.['idempotency-replayed'] }).toEqual({ statusCode: 200, replayed: 'true' });
    expect(JSON.parse(body ?? '')).toMatchObject({ revision: 0, event: { id: 'a' } });
    expect(stored.size).toBe(1);
  });
});
