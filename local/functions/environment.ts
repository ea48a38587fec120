import { localAccount } from '../engines/local-client.ts';
import type { FunctionProperties } from '../template/function-definition.ts';
import type { Resource } from '../template/stack.ts';

/** Addresses of the engines, in the standard variables of the AWS SDK. */
export interface Endpoints {
  readonly AWS_ENDPOINT_URL_DYNAMODB: string;
  readonly AWS_ENDPOINT_URL_SQS: string;
  readonly AWS_ENDPOINT_URL_CLOUDFRONT: string;
}

/** The environment variables of a function: those of Lambda, those of the stack, and the addresses of the engines. */
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
    // The function must not use the user's configuration of the AWS CLI.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Allows webhook receivers on this machine, with plain HTTP and on any port. No deployed function has this
    // variable.
    LOOPBACK_RECEIVERS: 'allowed',
    ...endpoints,
    ...properties.Environment?.Variables,
  };
}
