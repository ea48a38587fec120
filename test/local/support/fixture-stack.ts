import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const handlers = fileURLToPath(new URL('./handlers.mjs', import.meta.url));

export type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

export function lambda(exportName: string, properties: object = {}): Resources[string] {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
      Handler: `index.${exportName}`,
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ...properties,
    },
  };
}

export function route(key: string, target: string, properties: object = {}): Resources {
  const id = key.replaceAll(/\W/g, '');
  return {
    [`Integration${id}`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [target, 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    [`Route${id}`]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: key,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `Integration${id}` }]] },
        ...properties,
      },
    },
  };
}

/** A function that sends each message to its own queue again. */
function selfWaking(name: string, record: string, properties: object): Resources {
  const queue = `${name}Queue`;
  return {
    [queue]: { Type: 'AWS::SQS::Queue', Properties: {} },
    [name]: lambda('again', {
      Environment: { Variables: { RECORD: record, QUEUE_NAME: name, QUEUE_URL: { Ref: queue } } },
      ...properties,
    }),
    [`${name}Mapping`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] }, FunctionName: { Ref: name }, BatchSize: 1 },
    },
  };
}

const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };

/**
 * A small stack with one of everything: routes to functions that echo, fail and dawdle, an authorizer, a table whose
 * stream two functions consume, a queue that another consumes, one in order, and
 * two functions that wake themselves. What the consumers get they append to `record`.
 */
export function fixtureTemplate(record: string): { Resources: Resources; Outputs: Record<string, { Value: unknown }> } {
  return {
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Things: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        },
      },
      Discarded: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
      Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
      Work: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 1,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      DeadInOrder: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      InOrder: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          FifoQueue: true,
          DeduplicationScope: 'messageGroup',
          FifoThroughputLimit: 'perMessageGroupId',
          DelaySeconds: 1,
          VisibilityTimeout: 2,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadInOrder', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      Patient: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, VisibilityTimeout: 30 } },
      Echo: lambda('echo', {
        Environment: {
          Variables: {
            TABLE: { Ref: 'Things' },
            POWERTOOLS_SERVICE_NAME: 'echo',
            NODE_OPTIONS: '--enable-source-maps',
          },
        },
        Timeout: 5,
      }),
      Text: lambda('text'),
      Throwing: lambda('throwing', { Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'throwing' } } }),
      Exiting: lambda('exiting'),
      Slow: lambda('slow', { Timeout: 0.3 }),
      Huge: lambda('huge', { Timeout: 10 }),
      Authorize: lambda('authorize', { Environment: { Variables: { RECORD: record } } }),
      Consume: lambda('consume', { Environment: { Variables: { RECORD: record } }, ReservedConcurrentExecutions: 1 }),
      Labour: lambda('labour', { Environment: { Variables: { RECORD: record } } }),
      Follow: lambda('follow', { Environment: { Variables: { RECORD: record } } }),
      Queue: lambda('queue', { Environment: { Variables: { RECORD: record } }, ReservedConcurrentExecutions: 12 }),
      ...selfWaking('Stopped', record, {}),
      ...selfWaking('Allowed', record, { RecursiveLoop: 'Allow' }),
      StreamMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Things', 'StreamArn'] },
          FunctionName: { Ref: 'Consume' },
          BatchSize: 10,
          FilterCriteria: {
            Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"R#"}]}}}}' }],
          },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          MaximumRetryAttempts: 2,
          StartingPosition: 'TRIM_HORIZON',
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Discarded', 'Arn'] } } },
        },
      },
      QueueMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
          FunctionName: { Ref: 'Labour' },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      OtherStreamMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Things', 'StreamArn'] },
          FunctionName: { Ref: 'Follow' },
          FilterCriteria: {
            Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":["CHECKPOINT"]}}}}' }],
          },
          StartingPosition: 'TRIM_HORIZON',
        },
      },
      InOrderMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['InOrder', 'Arn'] },
          FunctionName: { Ref: 'Queue' },
          BatchSize: 1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      PatientMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Patient', 'Arn'] },
          FunctionName: { Ref: 'Queue' },
          BatchSize: 1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 12 },
        },
      },
      Wake: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(5 minutes)',
          Targets: [{ Arn: { 'Fn::GetAtt': ['Echo', 'Arn'] }, Id: 'Target0' }],
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Api', ProtocolType: 'HTTP' } },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: { Ref: 'Api' }, AutoDeploy: true, StageName: '$default' },
      },
      Authorizer: {
        Type: 'AWS::ApiGatewayV2::Authorizer',
        Properties: {
          ApiId: { Ref: 'Api' },
          AuthorizerPayloadFormatVersion: '2.0',
          AuthorizerResultTtlInSeconds: 60,
          AuthorizerType: 'REQUEST',
          AuthorizerUri: {
            'Fn::Join': [
              '',
              [
                'arn:',
                { Ref: 'AWS::Partition' },
                ':apigateway:',
                { Ref: 'AWS::Region' },
                ':lambda:path/2015-03-31/functions/',
                { 'Fn::GetAtt': ['Authorize', 'Arn'] },
                '/invocations',
              ],
            ],
          },
          EnableSimpleResponses: true,
          IdentitySource: ['$request.header.Authorization'],
          Name: 'Authorizer',
        },
      },
      ...route('GET /echo', 'Echo'),
      ...route('POST /echo', 'Echo'),
      ...route('GET /things/{id}', 'Echo'),
      ...route('GET /text', 'Text'),
      ...route('HEAD /text', 'Text'),
      ...route('GET /throwing', 'Throwing'),
      ...route('GET /exiting', 'Exiting'),
      ...route('GET /slow', 'Slow'),
      ...route('GET /huge', 'Huge'),
      ...route('POST /guarded', 'Echo', guarded),
      ...route('POST /guarded/too', 'Echo', guarded),
    },
    Outputs: {
      ApiUrl: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
      ThingsTable: { Value: { Ref: 'Things' } },
      DiscardedUrl: { Value: { Ref: 'Discarded' } },
      WorkUrl: { Value: { Ref: 'Work' } },
      DeadUrl: { Value: { Ref: 'Dead' } },
      StoppedUrl: { Value: { Ref: 'StoppedQueue' } },
      AllowedUrl: { Value: { Ref: 'AllowedQueue' } },
    },
  };
}

/** Writes templates and their code as `cdk synth` would. */
export async function writeCloudAssembly(folder: string, template: object, ...others: object[]): Promise<void> {
  await mkdir(join(folder, 'asset.code'), { recursive: true });
  await cp(handlers, join(folder, 'asset.code', 'index.mjs'));
  const files = {
    code: { source: { path: 'asset.code', packaging: 'zip' }, destinations: { here: { objectKey: 'code.zip' } } },
  };
  const stacks = [template, ...others].map((content, index) => ({ name: `Fixture${index || ''}`, content }));
  const artifacts = {
    'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
    ...Object.fromEntries(
      stacks.map(({ name }) => [
        name,
        { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } },
      ]),
    ),
  };
  await writeFile(join(folder, 'Fixture.assets.json'), JSON.stringify({ files }));
  for (const { name, content } of stacks) {
    await writeFile(join(folder, `${name}.template.json`), JSON.stringify(content));
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
}

export interface Workspace {
  readonly folder: string;
  readonly dataFolder: string;
  readonly templateFolder: string;
  /** What the functions have appended, one JSON value a line. */
  readonly record: string;
  remove(): Promise<void>;
}

/** A temporary folder with the fixture stack in it. */
export async function createWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'timeline-local-'));
  const templateFolder = join(folder, 'cdk.out');
  const record = join(folder, 'record.ndjson');
  await writeFile(record, '');
  await writeCloudAssembly(templateFolder, fixtureTemplate(record));
  return {
    folder,
    dataFolder: join(folder, 'data'),
    templateFolder,
    record,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
