import { LocalSystemError } from '../local-system-error.ts';
import { distributionDefinition, edgeFunctionDefinition } from '../template/edge-definitions.ts';
import type { Stack } from '../template/stack.ts';
import { createEdgeFunction, type EdgeFunction } from './edge-function.ts';
import { gatewayMessage } from './gateway-answer.ts';
import type { HttpApi } from './http-api.ts';

/** CloudFront answers so where its function fails. */
const functionFailed = gatewayMessage(503, 'The function at the edge failed.');

const asIs: EdgeFunction = (request) => request;

/**
 * What CloudFront does before the API, as far as it changes what the API gets: runs the viewer-request function, and adds
 * the headers of the origin. It keeps no answers: each request reaches the API, so that what is cached on AWS is always
 * fresh here. It runs the function of the default behaviour for every path, and refuses a stack where others differ.
 *
 * @param apiHost where the API of the stack is said to be
 * @returns the API itself if the stack has no distribution
 * @throws LocalSystemError if the distribution has another origin or several functions
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
      'The local system runs one distribution before the API, with the same function on every path.',
    );
  }
  const functions = new Map(
    stack.resources(edgeFunctionDefinition).map(({ logicalId, properties }) => [logicalId, properties.FunctionCode]),
  );
  const [arn = ''] = arns;
  const code = functions.get(arn);
  if (arn !== '' && code === undefined)
    throw new LocalSystemError(`The template lacks the function ${arn} of its distribution.`);
  const view = code === undefined ? asIs : createEdgeFunction(code);
  const ownHeaders = Object.fromEntries(
    origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]),
  );

  return async (request) => {
    let viewed: Pick<typeof request, 'path' | 'query' | 'headers'>;
    try {
      viewed = view(request);
    } catch {
      return functionFailed;
    }
    return api({ ...request, ...viewed, headers: { ...viewed.headers, ...ownHeaders } });
  };
}
