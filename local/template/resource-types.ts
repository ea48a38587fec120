import { globalTableDefinition, queueDefinition, secretDefinition, tableDefinition } from './data-definitions.ts';
import { distributionDefinition, edgeFunctionDefinition, responseHeadersDefinition } from './edge-definitions.ts';
import { functionDefinition } from './function-definition.ts';
import {
  apiDefinition,
  authorizerDefinition,
  integrationDefinition,
  routeDefinition,
  stageDefinition,
} from './http-definitions.ts';
import { eventSourceMappingDefinition, ruleDefinition, scheduleDefinition } from './source-definitions.ts';

const definitions = [
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
  secretDefinition,
  distributionDefinition,
  edgeFunctionDefinition,
  responseHeadersDefinition,
];

/** Types of resources that the local system runs. */
export const servedTypes: ReadonlySet<string> = new Set(definitions.map((definition) => definition.type));

/** Types of resources that have an effect only in an AWS account: permissions, logs, caches, alarms. */
export const typesWithoutEffect: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Account',
  'AWS::Budgets::Budget',
  'AWS::CDK::Metadata',
  'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::OriginRequestPolicy',
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
  'AWS::WAFv2::IPSet',
  'AWS::WAFv2::WebACL',
]);
