import * as z from 'zod';
import { define } from './definition.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const indexes = z.array(
  z.object({
    IndexName: z.string(),
    KeySchema: keySchema,
    Projection: z.object({
      ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
      NonKeyAttributes: z.array(z.string()).optional(),
    }),
  }),
);

const tableShape = {
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: indexes.optional(),
  LocalSecondaryIndexes: indexes.optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
};

// The engine has no capacity limits, and its file is as safe as its disk.
const tableWithoutEffect = [
  'BillingMode',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'ResourcePolicy',
  'SSESpecification',
  'TableClass',
  'Tags',
  'WarmThroughput',
];

export const tableDefinition = define('AWS::DynamoDB::Table', tableShape, tableWithoutEffect);
export const globalTableDefinition = define('AWS::DynamoDB::GlobalTable', tableShape, [
  ...tableWithoutEffect,
  'Replicas',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
]);

const queueNameShape = { QueueName: z.string().optional(), FifoQueue: z.boolean().optional() };
const queueShape = {
  ContentBasedDeduplication: z.boolean().optional(),
  DeduplicationScope: z.string().optional(),
  DelaySeconds: z.number().optional(),
  FifoThroughputLimit: z.string().optional(),
  MaximumMessageSize: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  RedriveAllowPolicy: z.record(z.string(), z.unknown()).optional(),
  RedrivePolicy: z.record(z.string(), z.unknown()).optional(),
  VisibilityTimeout: z.number().optional(),
};
const queueWithoutEffect = ['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'SqsManagedSseEnabled', 'Tags'];

export const queueDefinition = define('AWS::SQS::Queue', { ...queueNameShape, ...queueShape }, queueWithoutEffect);
/**
 * The properties that the name of a queue depends on. Its other properties may refer to queues whose names must be
 * known first.
 */
export const queueNameDefinition = define('AWS::SQS::Queue', queueNameShape, [
  ...queueWithoutEffect,
  ...Object.keys(queueShape),
]);

export type TableProperties = z.infer<(typeof tableDefinition)['schema']>;
export type QueueProperties = z.infer<(typeof queueDefinition)['schema']>;

/** A secret with a generated value of letters and digits. */
export const secretDefinition = define(
  'AWS::SecretsManager::Secret',
  {
    GenerateSecretString: z.strictObject({
      ExcludePunctuation: z.literal(true),
      IncludeSpace: z.literal(false).optional(),
      PasswordLength: z.number().int().min(1).max(4096).default(32),
    }),
  },
  ['Description', 'KmsKeyId', 'Name', 'Tags'],
);
