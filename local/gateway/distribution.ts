import { LocalSystemError } from '../local-system-error.ts';
import {
  type Behavior,
  distributionDefinition,
  edgeFunctionDefinition,
  responseHeadersDefinition,
} from '../template/edge-definitions.ts';
import type { Stack } from '../template/stack.ts';
import { createEdgeFunction, type EdgeFunction, type ViewerRequest } from './edge-function.ts';
import { type GatewayAnswer, gatewayMessage } from './gateway-answer.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { HttpApi } from './http-api.ts';

/** CloudFront responds with 503 when its function fails. */
const functionFailed = gatewayMessage(503, 'The CloudFront function failed.');

const unchanged: EdgeFunction = (request) => request;

/** Changes the response to a request. */
type ResponsePolicy = (request: GatewayRequest, answer: GatewayAnswer) => GatewayAnswer;

const asItIs: ResponsePolicy = (_, answer) => answer;

function only<Value>(values: readonly Value[]): Value | undefined {
  const [value, ...others] = new Set(values);
  if (others.length === 0) return value;
  throw new LocalSystemError(
    'The local system supports a distribution with the same function and response headers policy on every path. See local/gateway/distribution.ts.',
  );
}

function named<Value>(values: readonly { logicalId: string; properties: Value }[], id: string): Value {
  const found = values.find(({ logicalId }) => logicalId === id);
  if (!found) throw new LocalSystemError(`The template has no ${id}, to which its distribution refers.`);
  return found.properties;
}

function edgeFunctionOf(stack: Stack, behaviors: readonly Behavior[]): EdgeFunction {
  const id = only(
    behaviors.map(({ FunctionAssociations }) => FunctionAssociations.map(({ FunctionARN }) => FunctionARN).join(' ')),
  );
  return id ? createEdgeFunction(named(stack.resources(edgeFunctionDefinition), id).FunctionCode) : unchanged;
}

/**
 * Keeps browsers from guessing the type of a response, and opens responses to pages of other origins, unless the API
 * has done so, as CloudFront does for requests with an origin.
 */
function responsePolicyOf(stack: Stack, behaviors: readonly Behavior[]): ResponsePolicy {
  const id = only(behaviors.map(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId));
  if (id === undefined) return asItIs;
  const { ResponseHeadersPolicyConfig } = named(stack.resources(responseHeadersDefinition), id);
  const { AccessControlAllowOrigins, AccessControlExposeHeaders } = ResponseHeadersPolicyConfig.CorsConfig;
  const opened = {
    'access-control-allow-origin': AccessControlAllowOrigins.Items.join(),
    'access-control-expose-headers': AccessControlExposeHeaders.Items.join(', '),
  };
  const guarded: Record<string, string> = ResponseHeadersPolicyConfig.SecurityHeadersConfig
    ? { 'x-content-type-options': 'nosniff' }
    : {};
  return ({ headers }, original) => {
    const answer = { ...original, headers: { ...original.headers, ...guarded } };
    const names = Object.keys(answer.headers).map((name) => name.toLowerCase());
    if (headers.origin === undefined || names.includes('access-control-allow-origin')) return answer;
    return { ...answer, headers: { ...answer.headers, ...opened } };
  };
}

/**
 * The distribution in front of the API. It changes requests as CloudFront does: it runs the viewer-request function and
 * adds the headers of the origin. It changes responses by its response headers policy. It does not cache, so every
 * request reaches the API.
 *
 * @param apiHost the host of the API in the stack
 * @returns the API itself if the stack has no distribution
 * @throws {LocalSystemError} when there are several distributions, or one with another origin, several functions or
 *   several policies
 */
export function createDistribution(stack: Stack, api: HttpApi, apiHost: string): HttpApi {
  const [distribution, ...others] = stack.resources(distributionDefinition);
  if (distribution === undefined) return api;
  const { CacheBehaviors, DefaultCacheBehavior, Origins } = distribution.properties.DistributionConfig;
  const [origin, ...otherOrigins] = Origins;
  if (others.length > 0 || otherOrigins.length > 0 || origin?.DomainName !== apiHost) {
    throw new LocalSystemError(
      'The local system supports one distribution, in front of the API. See local/gateway/distribution.ts.',
    );
  }
  const behaviors = [DefaultCacheBehavior, ...CacheBehaviors];
  const view = edgeFunctionOf(stack, behaviors);
  const withPolicy = responsePolicyOf(stack, behaviors);
  const ownHeaders = Object.fromEntries(
    origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]),
  );

  async function forward(request: GatewayRequest): Promise<GatewayAnswer> {
    let viewed: ViewerRequest;
    try {
      viewed = view(request);
    } catch {
      return functionFailed;
    }
    return api({ ...request, ...viewed, headers: { ...viewed.headers, ...ownHeaders } });
  }

  return async (request) => withPolicy(request, await forward(request));
}
