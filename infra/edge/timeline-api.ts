import { Duration, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { type Route, routes } from '../../functions/routes.ts';
import { bindTable } from '../bindings/bind.ts';
import { bindPages } from '../bindings/bind-pages.ts';
import { bindDefaultQuota } from '../bindings/bind-quota.ts';
import { InlineRole } from '../bindings/inline-role.ts';
import { settingsOf } from '../config/settings-of.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import { logGroup } from '../functions/log-group.ts';
import type { Access } from '../tables/access.ts';
import { FunctionIntegration } from './function-integration.ts';

/**
 * API Gateway caches the response of the authorizer, so a revoked key, or a quota that is used up, works for this long.
 */
const authorizationTtl = Duration.seconds(60);

const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    route: '$context.routeKey',
    path: AccessLogField.contextPath(),
    status: AccessLogField.contextStatus(),
    responseLatencyMs: AccessLogField.contextResponseLatency(),
    integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
    responseBytes: AccessLogField.contextResponseLength(),
    keyId: AccessLogField.contextAuthorizer('keyId'),
    error: AccessLogField.contextErrorMessage(),
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
    authorizerError: AccessLogField.contextAuthorizerError(),
  }),
);

const methodsOf = ({ method }: Route) => (method === 'GET' ? [HttpMethod.GET, HttpMethod.HEAD] : [HttpMethod[method]]);

const acknowledgePublic = (route: IConstruct) =>
  Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'Reads need no credentials.' });

export interface TimelineApiOptions {
  readonly bundles: string;
  readonly access: Access;
  /** The functions of the routes, by name. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
}

/** API Gateway with the routes of `functions/routes.ts`. Routes with a scope use the authorizer. */
export class TimelineApi extends Construct {
  readonly httpApi: HttpApi;
  /** The function for requests without a route. */
  readonly unrouted: LambdaFunction;

  constructor(scope: Construct, id: string, { bundles, access, functions }: TimelineApiOptions) {
    super(scope, id);
    const settings = settingsOf(this);
    this.unrouted = lambdaFunction(this, 'unrouted', {
      bundles,
      description: 'Answers 404 or 405 to a request without a route',
    });
    bindPages(this.unrouted);
    const authorize = lambdaFunction(this, 'authorize', {
      bundles,
      description: 'Checks the API key of a request',
      // Every write runs it first, so it needs its own concurrency like `append-event`.
      reservedConcurrency: 50,
    });
    bindTable(authorize, access, ['GetItem']);
    bindDefaultQuota(authorize);
    const authorizer = new HttpLambdaAuthorizer('Authorizer', authorize, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      resultsCacheTtl: authorizationTtl,
    });
    this.httpApi = new HttpApi(this, 'HttpApi', { apiName: `Timeline-${settings.stage}`, createDefaultStage: false });
    const invoker = new InlineRole(this, 'Invoker', 'apigateway.amazonaws.com');
    const integrations = new Map(
      Object.entries(functions).map(([name, handler]) => [name, new FunctionIntegration(handler, invoker)]),
    );
    const defaultRoute = new HttpRoute(this, 'DefaultRoute', {
      httpApi: this.httpApi,
      routeKey: HttpRouteKey.DEFAULT,
      integration: new FunctionIntegration(this.unrouted, invoker),
    });
    Validations.of(defaultRoute).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'A request without a route gets 404 or 405, with or without a key.',
    });
    const added: HttpRoute[] = [];
    for (const route of routes) {
      const integration = integrations.get(route.function);
      if (!integration)
        throw new Error(
          `The route ${route.method} ${route.path} needs the function ${route.function}, which does not exist.`,
        );
      const own = this.httpApi.addRoutes({
        path: route.path,
        methods: methodsOf(route),
        integration,
        ...(route.scope && { authorizer }),
      });
      if (!route.scope) own.forEach(acknowledgePublic);
      added.push(...own);
    }
    const stage = this.httpApi.addStage('Stage', {
      autoDeploy: true,
      throttle: { rateLimit: settings.limits.requestsPerSecond, burstLimit: settings.limits.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'AccessLog')),
        format: accessLogFormat,
      },
    });
    // Each route has limits of its own, and those of writes are set one by one: a crowd of readers takes nothing from
    // writers.
    const { writesPerSecond } = settings.limits;
    const own = { ThrottlingRateLimit: writesPerSecond, ThrottlingBurstLimit: 2 * writesPerSecond };
    const writing = routes.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
    (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(writing.map((key) => [key, own]));
    // Settings can only be made of routes that exist.
    stage.node.addDependency(...added);
  }
}
