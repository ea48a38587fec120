import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type ShardIteratorType,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compactDatabase } from '../../../local/engines/compact-database.ts';
import { startEngine } from '../../../local/engines/engine.ts';

const account = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const TableName = 'Names';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-test-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const textOf = (file: string) =>
  [file, `${file}-wal`]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'latin1'))
    .join('');

/** Runs an engine on a file, and lets `work` use clients of it. */
async function withEngine<Result>(
  file: string,
  work: (client: DynamoDBClient, streams: DynamoDBStreamsClient) => Promise<Result>,
): Promise<Result> {
  const engine = await startEngine({ file });
  const client = new DynamoDBClient({ endpoint: engine.endpoint, ...account });
  const streams = new DynamoDBStreamsClient({ endpoint: engine.endpoint, ...account });
  try {
    return await work(client, streams);
  } finally {
    client.destroy();
    streams.destroy();
    await engine.stop();
  }
}

/** Makes the table. @returns the ARN of its stream */
async function makeTable(client: DynamoDBClient): Promise<string> {
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    }),
  );
  return TableDescription?.LatestStreamArn as string;
}

async function recordsOf(
  streams: DynamoDBStreamsClient,
  StreamArn: string,
  { type, after }: { readonly type: ShardIteratorType; readonly after?: string },
): Promise<{ name: string | undefined; sequenceNumber: string | undefined }[]> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId,
      ShardIteratorType: type,
      ...(after !== undefined && { SequenceNumber: after }),
    }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ dynamodb }) => ({ name: dynamodb?.Keys?.pk?.S, sequenceNumber: dynamodb?.SequenceNumber }));
}

const key = (name: string) => ({ pk: { S: name } });

test('leaves nothing of deleted items in the file, and new stream records follow those that were trimmed', async () => {
  const file = join(folder, 'names.db');
  const { streamArn, last } = await withEngine(file, async (client, streams) => {
    const arn = await makeTable(client);
    for (const name of ['jane-roe', 'kept', 'richard-roe']) {
      await client.send(new PutItemCommand({ TableName, Item: { ...key(name), text: { S: `about ${name}` } } }));
    }
    await client.send(new DeleteItemCommand({ TableName, Key: key('jane-roe') }));
    await client.send(new DeleteItemCommand({ TableName, Key: key('richard-roe') }));
    const records = await recordsOf(streams, arn, { type: 'TRIM_HORIZON' });
    return { streamArn: arn, last: records.at(-1)?.sequenceNumber as string };
  });
  expect(textOf(file)).toMatch(/jane-roe/);
  expect(textOf(file)).toMatch(/richard-roe/);

  compactDatabase(file, new Map([[TableName, Number(last)]]));

  expect(textOf(file)).not.toMatch(/jane-roe/);
  expect(textOf(file)).not.toMatch(/richard-roe/);
  expect(textOf(file)).toMatch(/about kept/);
  const later = await withEngine(file, async (client, streams) => {
    await client.send(new PutItemCommand({ TableName, Item: key('later') }));
    return recordsOf(streams, streamArn, { type: 'AFTER_SEQUENCE_NUMBER', after: last });
  });
  expect(later.map(({ name }) => name)).toEqual(['later']);
});

test('keeps the stream records that are not processed', async () => {
  const file = join(folder, 'waiting.db');
  const { streamArn, first } = await withEngine(file, async (client, streams) => {
    const arn = await makeTable(client);
    for (const name of ['one', 'two', 'three']) await client.send(new PutItemCommand({ TableName, Item: key(name) }));
    const records = await recordsOf(streams, arn, { type: 'TRIM_HORIZON' });
    return { streamArn: arn, first: records[0]?.sequenceNumber as string };
  });

  compactDatabase(file, new Map([[TableName, Number(first)]]));

  const waiting = await withEngine(file, (_, streams) =>
    recordsOf(streams, streamArn, { type: 'AFTER_SEQUENCE_NUMBER', after: first }),
  );
  expect(waiting.map(({ name }) => name)).toEqual(['two', 'three']);
});
