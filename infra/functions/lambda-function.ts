import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { InlineRole } from '../bindings/inline-role.ts';
import type { Settings } from '../config/settings.ts';
import { settingsOf } from '../config/settings-of.ts';
import { metricsNamespace } from '../monitoring/function-metric.ts';
import { logGroup } from './log-group.ts';

const defaultTimeout = Duration.seconds(10);
const defaultMemoryMb = 512;

export interface LambdaFunctionOptions {
  /** The folder with `<name>/index.mjs`. */
  readonly bundles: string;
  readonly description: string;
  /** Default: 10 s. */
  readonly timeout?: Duration;
  /** Default: 512 MB. */
  readonly memoryMb?: number;
  /**
   * The number of executions that are reserved for this function, which is also its maximum. Default: it shares those
   * of the account.
   */
  readonly reservedConcurrency?: number;
  /**
   * Whether it wakes itself through a queue on purpose. Otherwise Lambda stops such a chain after 16 invocations, and
   * drops the message. What bounds the chain instead must be written down.
   */
  readonly wakesItself?: true;
  /** Whether a table names its role in a policy: its permissions, which name the table, cannot be in the role then. */
  readonly isNamedByTable?: true;
}

/** A new account has ten executions in all and cannot reserve any: configure `reserveConcurrency: false` for it. */
function concurrencyOf({ reserveConcurrency }: Settings, { reservedConcurrency }: LambdaFunctionOptions) {
  if (reservedConcurrency === undefined || !reserveConcurrency) return {};
  return { reservedConcurrentExecutions: reservedConcurrency };
}

const constructId = (name: string) => name.replace(/(^|-)([a-z])/g, (_match, _dash, letter) => letter.toUpperCase());

/**
 * A Lambda function, with the settings that all functions share. Its role may only write its log and its traces;
 * `bindTable` and `bindQueue` add permissions.
 *
 * @param name the name of its file in `functions/`, which is also the `service` in its logs and metrics
 */
export function lambdaFunction(scope: Construct, name: string, options: LambdaFunctionOptions): LambdaFunction {
  const settings = settingsOf(scope);
  const construct = new Construct(scope, constructId(name));
  // The managed policy of the default role would allow writing to every log group of the account.
  const role = options.isNamedByTable
    ? new Role(construct, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    : new InlineRole(construct, 'Role', 'lambda.amazonaws.com');
  const logs = logGroup(construct, 'Logs');
  logs.grantWrite(role);
  if (settings.profile === 'full') {
    const reason = 'xray:PutTraceSegments cannot be limited to resources: X-Ray has none.';
    Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
    if (!options.isNamedByTable) Validations.of(role).acknowledge({ id: 'Serverless-LambdaStarPermissions', reason });
  }
  const handler = new LambdaFunction(construct, 'Function', {
    code: Code.fromAsset(join(options.bundles, name)),
    handler: 'index.handler',
    description: options.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: options.timeout ?? defaultTimeout,
    memorySize: options.memoryMb ?? defaultMemoryMb,
    ...concurrencyOf(settings, options),
    ...(options.wakesItself && { recursiveLoop: RecursiveLoop.ALLOW }),
    role,
    logGroup: logs,
    loggingFormat: LoggingFormat.JSON,
    tracing: settings.profile === 'full' ? Tracing.ACTIVE : Tracing.DISABLED,
    environment: {
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      STAGE: settings.stage,
    },
  });
  Validations.of(handler).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason: 'Routes are invoked synchronously, streams have their own destination for failures, and schedules repeat.',
  });
  if (settings.profile === 'small') {
    Validations.of(handler).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason: 'The profile small does without traces: those of schedules alone would cost more than the functions do.',
    });
  }
  return handler;
}
