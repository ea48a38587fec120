import * as z from 'zod';
import { define } from './definition.ts';

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
  // Batches are sent at once, and one at a time for each shard. The stack allows later batches and more concurrency,
  // but needs neither.
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

export type EventSourceMappingProperties = z.infer<(typeof eventSourceMappingDefinition)['schema']>;
