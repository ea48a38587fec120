import * as z from 'zod';

/**
 * What the local system reads of a type of resource. Every property is either read, or named as one that makes no
 * difference on a laptop; any other is refused, so that nothing the stack relies on is silently missing.
 */
export interface Definition<Properties> {
  readonly type: string;
  readonly withoutEffect: ReadonlySet<string>;
  readonly schema: z.ZodType<Properties>;
}

function define<Shape extends z.ZodRawShape>(
  type: string,
  shape: Shape,
  withoutEffect: readonly string[],
): Definition<z.infer<z.ZodObject<Shape, z.core.$strict>>> {
  return { type, withoutEffect: new Set(withoutEffect), schema: z.strictObject(shape) };
}

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

// The engine gives every table all the capacity it wants, and its file is as safe as the disk it lies on.
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
/** Of a queue only what it is called: the rest may refer to other queues, by what those are called. */
export const queueNameDefinition = define('AWS::SQS::Queue', queueNameShape, [
  ...queueWithoutEffect,
  ...Object.keys(queueShape),
]);

export const functionDefinition = define(
  'AWS::Lambda::Function',
  {
    FunctionName: z.string().optional(),
    Code: z.object({ S3Key: z.string() }),
    Handler: z.string(),
    Runtime: z.string().startsWith('nodejs'),
    Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
    Timeout: z.number().default(3),
    MemorySize: z.number().default(128),
    ReservedConcurrentExecutions: z.number().optional(),
  },
  [
    'Architectures',
    'DeadLetterConfig',
    'Description',
    'EphemeralStorage',
    'LoggingConfig',
    'RecursiveLoop',
    'Role',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
  ],
);

export const eventSourceMappingDefinition = define(
  'AWS::Lambda::EventSourceMapping',
  {
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    Enabled: z.boolean().default(true),
    BatchSize: z.number().optional(),
    BisectBatchOnFunctionError: z.boolean().default(false),
    DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }).optional(),
    FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    MaximumRecordAgeInSeconds: z.number().default(-1),
    MaximumRetryAttempts: z.number().default(-1),
    ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
    StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
  },
  // Batches go out at once and shard by shard: sooner than the stack allows, and never more side by side.
  ['KmsKeyArn', 'MaximumBatchingWindowInSeconds', 'MetricsConfig', 'ParallelizationFactor', 'Tags'],
);

export const ruleDefinition = define(
  'AWS::Events::Rule',
  {
    ScheduleExpression: z.string(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        Input: z.string().optional(),
        RetryPolicy: z.unknown().optional(),
        DeadLetterConfig: z.unknown().optional(),
      }),
    ),
  },
  ['Description', 'Name', 'Tags'],
);

export const scheduleDefinition = define(
  'AWS::Scheduler::Schedule',
  {
    ScheduleExpression: z.string(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Target: z.strictObject({
      Arn: z.string(),
      Input: z.string().optional(),
      RetryPolicy: z.unknown().optional(),
      DeadLetterConfig: z.unknown().optional(),
      RoleArn: z.unknown(),
    }),
  },
  ['Description', 'FlexibleTimeWindow', 'GroupName', 'Name', 'ScheduleExpressionTimezone'],
);

export const apiDefinition = define('AWS::ApiGatewayV2::Api', { ProtocolType: z.literal('HTTP') }, [
  'Description',
  'DisableExecuteApiEndpoint',
  'Name',
  'Tags',
]);

export const stageDefinition = define(
  'AWS::ApiGatewayV2::Stage',
  { StageName: z.string(), StageVariables: z.record(z.string(), z.string()).optional() },
  ['AccessLogSettings', 'ApiId', 'AutoDeploy', 'DefaultRouteSettings', 'Description', 'RouteSettings', 'Tags'],
);

export const routeDefinition = define(
  'AWS::ApiGatewayV2::Route',
  {
    RouteKey: z.string(),
    Target: z.string(),
    AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
    AuthorizerId: z.string().optional(),
  },
  ['ApiId', 'OperationName'],
);

export const integrationDefinition = define(
  'AWS::ApiGatewayV2::Integration',
  {
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('2.0'),
    TimeoutInMillis: z.number().default(30_000),
  },
  ['ApiId', 'Description', 'IntegrationMethod'],
);

export const authorizerDefinition = define(
  'AWS::ApiGatewayV2::Authorizer',
  {
    AuthorizerPayloadFormatVersion: z.literal('2.0'),
    AuthorizerType: z.literal('REQUEST'),
    AuthorizerUri: z.string(),
    EnableSimpleResponses: z.literal(true),
    IdentitySource: z.array(z.string()).default([]),
    // API Gateway caches for five minutes unless told otherwise.
    AuthorizerResultTtlInSeconds: z.number().default(300),
  },
  ['ApiId', 'Name'],
);

export type TableProperties = z.infer<(typeof tableDefinition)['schema']>;
export type QueueProperties = z.infer<(typeof queueDefinition)['schema']>;
export type FunctionProperties = z.infer<(typeof functionDefinition)['schema']>;
export type EventSourceMappingProperties = z.infer<(typeof eventSourceMappingDefinition)['schema']>;

const allDefinitions = [
  tableDefinition,
  globalTableDefinition,
  queueDefinition,
  functionDefinition,
  eventSourceMappingDefinition,
  ruleDefinition,
  scheduleDefinition,
  apiDefinition,
  stageDefinition,
  routeDefinition,
  integrationDefinition,
  authorizerDefinition,
];

/** Types of resources that the local system runs. */
export const servedTypes: ReadonlySet<string> = new Set(allDefinitions.map((definition) => definition.type));

/** Types of resources that matter only in an AWS account: permissions, logs, what an operator watches. */
export const typesWithoutEffect: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Account',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);
