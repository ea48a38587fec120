import { localAccount } from '../engines/account.ts';
import type { FunctionProperties } from '../template/function-definition.ts';
import type { Resource } from '../template/stack.ts';

/** Addresses of the engines, as the SDK's own variables name them. */
export interface Endpoints {
  readonly AWS_ENDPOINT_URL_DYNAMODB: string;
  readonly AWS_ENDPOINT_URL_SQS: string;
}

/** The whole environment of a function: what Lambda gives it, what the stack gives it, and where the engines are. */
export function environmentOf(
  { logicalId, properties }: Resource<FunctionProperties>,
  endpoints: Endpoints,
  codeFolder: string,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: localAccount.region,
    AWS_REGION: localAccount.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
    AWS_LAMBDA_FUNCTION_NAME: properties.FunctionName ?? logicalId,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${properties.FunctionName ?? logicalId}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: properties.Handler,
    LANG: 'en_US.UTF-8',
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    // What the owner of the laptop has configured for the AWS command line is none of the function's business.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Receivers of webhooks on this machine, by plain HTTP and on any port: for functions on a laptop, never for deployed ones.
    LOOPBACK_RECEIVERS: 'allowed',
    ...endpoints,
    ...properties.Environment?.Variables,
  };
}
