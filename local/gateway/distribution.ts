import { LocalSystemError } from '../local-system-error.ts';
import { distributionDefinition, edgeFunctionDefinition } from '../template/edge-definitions.ts';
import type { Stack } from '../template/stack.ts';
import { createEdgeFunction, type EdgeFunction, type ViewerRequest } from './edge-function.ts';
import { gatewayMessage } from './gateway-answer.ts';
import type { HttpApi } from './http-api.ts';

/** CloudFront responds with 503 when its function fails. */
const functionFailed = gatewayMessage(503, 'The CloudFront function failed.');

const unchanged: EdgeFunction = (request) => request;

/**
 * The distribution in front of the API. It changes requests as CloudFront does: it runs the viewer-request function and adds the
 * headers of the origin. It does not cache, so every request reaches the API. The same function must run on every path.
 *
 * @param apiHost the host of the API in the stack
 * @returns the API itself if the stack has no distribution
 * @throws {LocalSystemError} when the distribution has another origin or several functions
 */
export function createDistribution(stack: Stack, api: HttpApi, apiHost: string): HttpApi {
  const [distribution, ...others] = stack.resources(distributionDefinition);
  if (distribution === undefined) return api;
  const { CacheBehaviors, DefaultCacheBehavior, Origins } = distribution.properties.DistributionConfig;
  const [origin, ...otherOrigins] = Origins;
  const arns = new Set(
    [DefaultCacheBehavior, ...CacheBehaviors].map(({ FunctionAssociations }) =>
      FunctionAssociations.map(({ FunctionARN }) => FunctionARN).join(' '),
    ),
  );
  if (others.length > 0 || otherOrigins.length > 0 || origin?.DomainName !== apiHost || arns.size > 1) {
    throw new LocalSystemError(
      'The local system supports one distribution in front of the API, with the same function on every path. See local/gateway/distribution.ts.',
    );
  }
  const functions = new Map(
    stack.resources(edgeFunctionDefinition).map(({ logicalId, properties }) => [logicalId, properties.FunctionCode]),
  );
  const [arn = ''] = arns;
  const code = functions.get(arn);
  if (arn !== '' && code === undefined)
    throw new LocalSystemError(`The template has no function ${arn}, to which its distribution refers.`);
  const view = code === undefined ? unchanged : createEdgeFunction(code);
  const ownHeaders = Object.fromEntries(
    origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]),
  );

  return async (request) => {
    let viewed: ViewerRequest;
    try {
      viewed = view(request);
    } catch {
      return functionFailed;
    }
    return api({ ...request, ...viewed, headers: { ...viewed.headers, ...ownHeaders } });
  };
}
