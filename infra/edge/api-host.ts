import { Fn } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';

/** The host of an API, taken from its address `https://<host>`. */
export function apiHost({ apiEndpoint }: HttpApi): string {
  return Fn.select(2, Fn.split('/', apiEndpoint));
}
