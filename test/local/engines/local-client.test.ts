import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { localClient } from '../../../local/engines/local-client.ts';

const local = join(import.meta.dirname, '../../../local');
const endpoint = 'http://127.0.0.1:9';
const logging = 'loggerMiddleware - initialize';

test('a client of a local engine copies no request and no response for a log', () => {
  expect(new SQSClient({ region: 'eu-west-1' }).middlewareStack.identify()).toContain(logging);
  for (const Service of [DynamoDBClient, DynamoDBStreamsClient, SQSClient])
    expect(
      localClient<DynamoDBClient | DynamoDBStreamsClient | SQSClient, object>(
        Service,
        endpoint,
      ).middlewareStack.identify(),
    ).not.toContain(logging);
});

test('a client of a local engine tries as often as it is asked to', async () => {
  expect(await localClient(DynamoDBClient, endpoint, { maxAttempts: 1 }).config.maxAttempts()).toBe(1);
});

test('no module of the local system makes a client by itself', () => {
  const sources = readdirSync(local, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const making = sources.filter((name) => /^(?! \*).*new \w*Client\(/m.test(readFileSync(join(local, name), 'utf8')));
  expect(making).toEqual([]);
});
