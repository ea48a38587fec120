import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { metricsNamespace } from '../monitoring/own-metric.ts';
import { logGroup } from './log-group.ts';

const defaultTimeout = Duration.seconds(10);
const defaultMemoryMb = 512;

export interface LambdaFunctionOptions {
  /** Folder with `<name>/index.mjs`. */
  readonly bundles: string;
  readonly description: string;
  /** 10 s unless told. */
  readonly timeout?: Duration;
  /** 512 MB unless told. */
  readonly memoryMb?: number;
  /** Executions that this function alone may use, and the most it may use; shares those of the account unless told. */
  readonly reservedConcurrency?: number;
}

/** In a new account, which may run ten executions in all, nothing can be reserved: `-c reserveConcurrency=false`. */
function concurrencyOf(scope: Construct, { reservedConcurrency }: LambdaFunctionOptions) {
  const refused = String(scope.node.tryGetContext('reserveConcurrency')) === 'false';
  return reservedConcurrency === undefined || refused ? {} : { reservedConcurrentExecutions: reservedConcurrency };
}

const constructId = (name: string) => name.replace(/(^|-)([a-z])/g, (_match, _dash, letter) => letter.toUpperCase());

/**
 * A function with what is the same for all of them. Its role may write its own log and its traces, nothing else:
 * what it may do beyond that is given to it where it is bound (`bindTable`, `bindQueue`).
 *
 * @param name the file in `functions/`, also the `service` in its logs and metrics
 */
export function lambdaFunction(scope: Construct, name: string, options: LambdaFunctionOptions): LambdaFunction {
  const construct = new Construct(scope, constructId(name));
  // A role of our own: the one CDK makes carries a managed policy that may write to every log group of the account.
  const role = new Role(construct, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const logs = logGroup(construct, 'Logs');
  logs.grantWrite(role);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources that xray:PutTraceSegments could be limited to.',
  });
  const handler = new LambdaFunction(construct, 'Function', {
    code: Code.fromAsset(join(options.bundles, name)),
    handler: 'index.handler',
    description: options.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: options.timeout ?? defaultTimeout,
    memorySize: options.memoryMb ?? defaultMemoryMb,
    ...concurrencyOf(construct, options),
    role,
    logGroup: logs,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: {
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      NODE_OPTIONS: '--enable-source-maps',
    },
  });
  Validations.of(handler).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason: 'Routes are invoked synchronously and streams have a destination of their own; the schedule comes again.',
  });
  return handler;
}
