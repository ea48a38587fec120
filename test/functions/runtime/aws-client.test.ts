import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { awsClient } from '../../../functions/lib/runtime/aws-client.ts';

const root = join(import.meta.dirname, '../../..');
const logging = 'loggerMiddleware - initialize';
const config = { region: 'eu-west-1' };

test('a client does not copy requests and responses for a log', () => {
  expect(new DynamoDBClient(config).middlewareStack.identify()).toContain(logging);
  expect(new SQSClient(config).middlewareStack.identify()).toContain(logging);
  expect(awsClient(DynamoDBClient, config).middlewareStack.identify()).not.toContain(logging);
  expect(awsClient(SQSClient, config).middlewareStack.identify()).not.toContain(logging);
});

test('the client of the functions does not copy requests and responses for a log', async () => {
  process.env.AWS_REGION = 'eu-west-1';
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  expect(dynamodb.middlewareStack.identify()).not.toContain(logging);
});

test('a call times out after two seconds, unless the client overrides it', () => {
  class Service {
    readonly middlewareStack = { remove: () => true, add: () => {} };
    readonly config: object;
    constructor(given: object) {
      this.config = given;
    }
  }
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  expect(awsClient(Service, config).config).toEqual({ ...config, requestHandler });
  const patient = { ...config, requestHandler: { requestTimeout: 9_000 } };
  expect(awsClient(Service, patient).config).toEqual(patient);
});

test('no module of functions and commands creates a client by itself', () => {
  const sources = ['functions', 'commands'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const making = sources.filter((name) =>
    /new (?!ApiClient\()\w*Client\(/.test(readFileSync(join(root, name), 'utf8')),
  );
  expect(making).toEqual([]);
});
