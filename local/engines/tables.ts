import type { TableDescription } from '@aws-sdk/client-dynamodb';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { LocalSystemError } from '../local-system-error.ts';
import type { TableProperties } from '../template/data-definitions.ts';
import { globalTableDefinition, tableDefinition } from '../template/data-definitions.ts';
import type { Stack } from '../template/stack.ts';
import { localClient } from './local-client.ts';

const creationTimeoutSeconds = 30;

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function streamOf({ StreamSpecification }: TableProperties) {
  return StreamSpecification && { StreamEnabled: true, StreamViewType: StreamSpecification.StreamViewType };
}

async function create(client: DynamoDBClient, name: string, properties: TableProperties): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: properties.KeySchema,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes,
      LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
      StreamSpecification: streamOf(properties),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: creationTimeoutSeconds, minDelay: 1 }, { TableName: name });
}

async function expire(client: DynamoDBClient, name: string, { TimeToLiveSpecification }: TableProperties) {
  if (TimeToLiveSpecification === undefined) return;
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (TimeToLiveDescription?.AttributeName === TimeToLiveSpecification.AttributeName) return;
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

/** Creates a table. An existing table is kept, and gets a stream if it has none. */
async function ensure(client: DynamoDBClient, name: string, properties: TableProperties): Promise<TableDescription> {
  const existing = await describe(client, name);
  if (existing === undefined) await create(client, name, properties);
  else if (properties.StreamSpecification && !existing.StreamSpecification?.StreamEnabled) {
    await client.send(new UpdateTableCommand({ TableName: name, StreamSpecification: streamOf(properties) }));
  }
  await expire(client, name, properties);
  const table = await describe(client, name);
  if (table === undefined)
    throw new LocalSystemError(
      `The database has no table ${name}, although it has just created it. Start again; if it happens again, choose another database.`,
    );
  if (properties.StreamSpecification && table.LatestStreamArn === undefined) {
    throw new LocalSystemError(
      `The database gave the table ${name} no stream. The local system needs DynamoDB Streams: unset AWS_ENDPOINT_URL_DYNAMODB to use the embedded engine.`,
    );
  }
  return table;
}

/** Creates the tables of the stack that do not exist yet, and gives the stack their names. */
export async function createTables(stack: Stack, endpoint: string): Promise<void> {
  const client = localClient(DynamoDBClient, endpoint);
  try {
    for (const { logicalId, properties } of [
      ...stack.resources(tableDefinition),
      ...stack.resources(globalTableDefinition),
    ]) {
      const name = properties.TableName ?? logicalId;
      const table = await ensure(client, name, properties);
      stack.identify(logicalId, {
        ref: name,
        attributes: {
          Arn: table.TableArn ?? '',
          ...(properties.StreamSpecification && { StreamArn: table.LatestStreamArn ?? '' }),
        },
      });
    }
  } finally {
    client.destroy();
  }
}
