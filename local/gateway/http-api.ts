import type { LocalFunction } from '../functions/local-function.ts';
import { LocalSystemError } from '../local-system-error.ts';
import {
  apiDefinition,
  authorizerDefinition,
  integrationDefinition,
  routeDefinition,
  stageDefinition,
} from '../template/http-definitions.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { Stack } from '../template/stack.ts';
import { functionIdOf } from '../template/stack.ts';
import type { Authorizer } from './authorizer.ts';
import { createAuthorizer } from './authorizer.ts';
import type { GatewayAnswer } from './gateway-answer.ts';
import { gatewayMessage, internalServerError, toGatewayAnswer } from './gateway-answer.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { CommonEvent, StageSettings } from './request-event.ts';
import { commonEvent, functionEvent } from './request-event.ts';
import { createRouteTable } from './route-table.ts';

interface RouteTarget {
  readonly target: LocalFunction;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | undefined;
}

/** Handles a request as the deployed API does. */
export type HttpApi = (request: GatewayRequest) => Promise<GatewayAnswer>;

/** Lambda's limit, which is below the gateway's: base64 makes a body a third longer. */
const maximumPayloadBytes = 6 * 1024 * 1024;
/** Methods that change nothing, so event sources need not poll after them. */
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

const tooLarge = gatewayMessage(413, 'Request Entity Too Large');
const unavailable = gatewayMessage(503, 'Service Unavailable');
const refusals = {
  'no identity': gatewayMessage(401, 'Unauthorized'),
  refused: gatewayMessage(403, 'Forbidden'),
  error: internalServerError,
};

function named<Value>(values: ReadonlyMap<string, Value>, id: string, by: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new LocalSystemError(`The template has no "${id}", to which ${by} refers.`);
  return value;
}

function readRoutes(stack: Stack, functions: ReadonlyMap<string, LocalFunction>): Map<string, RouteTarget> {
  const integrations = new Map(
    stack.resources(integrationDefinition).map(({ logicalId, properties }) => [logicalId, properties]),
  );
  const authorizers = new Map(
    stack.resources(authorizerDefinition).map(({ logicalId, properties }) => [
      logicalId,
      createAuthorizer({
        target: named(functions, functionIdOf(properties.AuthorizerUri), logicalId),
        identitySources: properties.IdentitySource,
        cacheSeconds: properties.AuthorizerResultTtlInSeconds,
        arn: `arn:aws:execute-api:${region}:${accountId}:local`,
      }),
    ]),
  );
  return new Map(
    stack.resources(routeDefinition).map(({ logicalId, properties }) => {
      const integration = named(integrations, properties.Target.replace(/^integrations\//, ''), logicalId);
      return [
        properties.RouteKey,
        {
          target: named(functions, functionIdOf(integration.IntegrationUri), logicalId),
          timeoutMs: integration.TimeoutInMillis,
          authorizer:
            properties.AuthorizationType === 'CUSTOM'
              ? named(authorizers, properties.AuthorizerId ?? '', logicalId)
              : undefined,
        },
      ];
    }),
  );
}

function readStage(stack: Stack): StageSettings {
  const apis = stack.resources(apiDefinition);
  const stages = stack.resources(stageDefinition);
  if (apis.length !== 1 || stages.length !== 1) {
    throw new LocalSystemError(
      'The local system supports a stack with one HTTP API and one stage. See local/gateway/http-api.ts.',
    );
  }
  return {
    apiId: apis[0]?.logicalId ?? '',
    stage: stages[0]?.properties.StageName ?? '',
    stageVariables: stages[0]?.properties.StageVariables,
  };
}

async function callFunction(
  { target, timeoutMs }: RouteTarget,
  event: CommonEvent,
  body: object,
): Promise<GatewayAnswer> {
  const payload = JSON.stringify(body);
  if (Buffer.byteLength(payload) > maximumPayloadBytes) return tooLarge;
  if (target.isAtCapacity()) return unavailable;
  const { promise: late, resolve } = Promise.withResolvers<GatewayAnswer>();
  const timer = setTimeout(() => resolve(unavailable), timeoutMs);
  const answered = target
    .invoke(payload, event.headers['x-amzn-trace-id'])
    .then(toGatewayAnswer)
    // The reason is in the log of the function. The client must not see it.
    .catch(() => internalServerError);
  const answer = await Promise.race([answered, late]);
  clearTimeout(timer);
  return answer;
}

/**
 * The HTTP API of the stack: its routes, integrations and authorizers.
 *
 * @param afterWrite is called after each request that may have changed something
 */
export function createHttpApi(
  stack: Stack,
  functions: ReadonlyMap<string, LocalFunction>,
  afterWrite: () => void,
): HttpApi {
  const stage = readStage(stack);
  const findRoute = createRouteTable(readRoutes(stack, functions));
  const prefix = stage.stage === '$default' ? '' : `/${stage.stage}`;

  return async (request) => {
    if (request.tooLarge) return tooLarge;
    if (prefix !== '' && request.path !== prefix && !request.path.startsWith(`${prefix}/`)) {
      return gatewayMessage(404, 'Not Found');
    }
    const match = findRoute(request.method, request.path.slice(prefix.length));
    if (match === undefined) return gatewayMessage(404, 'Not Found');
    const event = commonEvent(request, match, stage);
    const verdict = await match.target.authorizer?.(event);
    if (verdict?.allowed === false) return refusals[verdict.because];
    const answer = await callFunction(match.target, event, functionEvent(event, request.body, verdict?.context));
    if (!readingMethods.has(request.method)) afterWrite();
    return { ...answer, headers: { ...answer.headers, 'apigw-requestid': String(event.requestContext.requestId) } };
  };
}
