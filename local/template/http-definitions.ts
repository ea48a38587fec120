import * as z from 'zod';
import { define } from './definition.ts';

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
  ['ApiId', 'CredentialsArn', 'Description', 'IntegrationMethod'],
);

export const authorizerDefinition = define(
  'AWS::ApiGatewayV2::Authorizer',
  {
    AuthorizerPayloadFormatVersion: z.literal('2.0'),
    AuthorizerType: z.literal('REQUEST'),
    AuthorizerUri: z.string(),
    EnableSimpleResponses: z.literal(true),
    IdentitySource: z.array(z.string()).default([]),
    // The default of API Gateway: five minutes.
    AuthorizerResultTtlInSeconds: z.number().default(300),
  },
  ['ApiId', 'Name'],
);
