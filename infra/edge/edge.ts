import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CachedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Function as CloudFrontFunction,
  Distribution,
  type DistributionProps,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import type { Route } from '../../functions/routes.ts';
import { apiHost } from './api-host.ts';
import type { OwnDomain } from './own-domain.ts';

/** Longer than any function takes (`read-changes`, 25 s), and as long as the API waits itself. */
const originTimeout = Duration.seconds(30);
/** What the origin says by itself decides; what says nothing is not kept. */
const lifetimes = { minTtl: Duration.seconds(0), defaultTtl: Duration.seconds(0), maxTtl: Duration.days(365) };
/** Mistakes are answered anew each time: the event that was not found a moment ago may be there now. */
const refusals = [400, 403, 404, 405, 414, 416].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) }));
/** Long enough to spare an origin in need, short enough to see it recover. Where a stale answer is kept, that is given. */
const failures = [500, 501, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(1) }));

/** `*` stands for anything, slashes too: it may fit more than the route, never less. */
function uncachedPaths(routes: readonly Route[]): readonly string[] {
  const guarded = routes.filter(({ method, scope }) => method === 'GET' && scope !== undefined);
  return [...new Set(guarded.map(({ path }) => path.replaceAll(/\{\w+\}/g, '*')))];
}

export interface EdgeOptions {
  readonly httpApi: HttpApi;
  /** Sent to the API as `x-origin-verify`. */
  readonly originSecret: string;
  /** Of scope CLOUDFRONT, in us-east-1. */
  readonly webAclArn: string;
  readonly routes: readonly Route[];
  /** Without, it has a name of CloudFront's. */
  readonly domain?: OwnDomain | undefined;
}

/**
 * CloudFront before the API: keeps answers to GET and HEAD as long as they say themselves, by path, whole query, `Accept`,
 * content coding and host.
 */
export class Edge extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { httpApi, originSecret, webAclArn, routes, domain }: EdgeOptions) {
    super(scope, id);
    const canonicalRequest = new CloudFrontFunction(this, 'CanonicalRequest', {
      comment: 'Puts the query into one order and says which host was asked for',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'canonical-request.js') }),
    });
    const byWholeQuery = new CachePolicy(this, 'ByWholeQuery', {
      comment: 'Whole query, Accept, content coding and host',
      ...lifetimes,
      queryStringBehavior: CacheQueryStringBehavior.all(),
      headerBehavior: CacheHeaderBehavior.allowList('Accept', 'x-public-host'),
      cookieBehavior: CacheCookieBehavior.none(),
      // Accept-Encoding is brought to a few values and becomes part of the key; the functions compress themselves.
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    });
    const behavior: BehaviorOptions = {
      origin: new HttpOrigin(apiHost(httpApi), {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        readTimeout: originTimeout,
        customHeaders: { 'x-origin-verify': originSecret },
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachedMethods: CachedMethods.CACHE_GET_HEAD,
      // It would compress what the functions leave as it is, and make strong entity tags weak.
      compress: false,
      cachePolicy: byWholeQuery,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [{ function: canonicalRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
    const uncached = { ...behavior, cachePolicy: CachePolicy.CACHING_DISABLED };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Timeline',
      webAclId: webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      errorResponses: [...refusals, ...failures],
      ...this.#nameOf(domain),
      defaultBehavior: behavior,
      additionalBehaviors: Object.fromEntries(uncachedPaths(routes).map((path) => [path, uncached])),
    });
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'The timeline is for readers everywhere.' },
      { id: 'AwsSolutions-CFR3', reason: 'Who reads what is not logged, see docs/decisions/0015.' },
    );
    if (domain) return;
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason:
        'The certificate of *.cloudfront.net, which needs no domain, takes TLS 1.0 too, whatever is set. ' +
        'With a domain of its own the distribution takes TLS 1.2 and later only, see docs/decisions/0017.',
    });
  }

  #nameOf(domain: OwnDomain | undefined): Partial<DistributionProps> {
    if (!domain) return {};
    return {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }
}
