import {
  HttpIntegrationType,
  HttpRouteIntegration,
  type HttpRouteIntegrationConfig,
  IntegrationCredentials,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Grant, type Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/**
 * A function behind routes of an HTTP API, which invokes it by a role. `HttpLambdaIntegration` adds a permission to
 * each function instead: as many resources as there are functions, of the 500 that a stack has room for.
 *
 * Source: API Gateway Developer Guide, "Integrations for HTTP APIs"; API reference, CreateIntegration,
 * `credentialsArn`.
 */
export class FunctionIntegration extends HttpRouteIntegration {
  readonly #handler: LambdaFunction;
  readonly #invoker: Role;

  /** @param invoker the role that the API assumes; it is allowed to invoke the function */
  constructor(handler: LambdaFunction, invoker: Role) {
    super(handler.node.path);
    this.#handler = handler;
    this.#invoker = invoker;
    Grant.addToPrincipal({
      grantee: invoker,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [handler.functionArn],
    });
  }

  override bind(): HttpRouteIntegrationConfig {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      uri: this.#handler.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      credentials: IntegrationCredentials.fromRole(this.#invoker),
    };
  }
}
