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
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { exposedHeaders, type Route } from '../../functions/routes.ts';
import type { Settings } from '../config/settings.ts';
import { settingsOf } from '../config/settings-of.ts';
import { apiHost } from './api-host.ts';

/** Longer than the longest timeout of a function (`redact-event`, 29 s), and as long as API Gateway waits. */
const originTimeout = Duration.seconds(30);
/** The `Cache-Control` of the origin decides. Without it, a response is not cached. */
const lifetimes = { minTtl: Duration.seconds(0), defaultTtl: Duration.seconds(0), maxTtl: Duration.days(365) };
/** Client errors are not cached: an event that was not found a moment ago may exist now. */
const clientErrors = [400, 403, 404, 405, 414, 416].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) }));
/**
 * Server errors are cached long enough to relieve a failing origin. CloudFront sends a stale response instead if it has
 * one.
 */
const serverErrors = [500, 501, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(1) }));

/**
 * In CloudFront `*` matches any text, including slashes, so a pattern may match more than the route, but never less.
 */
function uncachedPaths(routes: readonly Route[]): readonly string[] {
  const keyedReads = routes.filter(({ method, scope }) => method === 'GET' && scope !== undefined);
  return [...new Set(keyedReads.map(({ path }) => path.replaceAll(/\{\w+\}/g, '*')))];
}

export interface EdgeOptions {
  readonly httpApi: HttpApi;
  /** Sent to the API as `x-origin-verify`. */
  readonly originSecret: string;
  /** A web ACL of scope CLOUDFRONT, in us-east-1. */
  readonly webAclArn: string | undefined;
  readonly routes: readonly Route[];
  /** Without it, the distribution has a name that CloudFront generates. */
  readonly domain: Settings['domain'];
}

/**
 * CloudFront in front of the API. It caches responses to GET and HEAD as long as their `Cache-Control` says. The cache
 * key is the path, the whole query, `Accept`, the language, the content coding and the host.
 */
export class Edge extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { httpApi, originSecret, webAclArn, routes, domain }: EdgeOptions) {
    super(scope, id);
    const { stage, limits } = settingsOf(this);
    const { originShieldRegion } = limits;
    const canonicalRequest = new CloudFrontFunction(this, 'CanonicalRequest', {
      comment: 'Sorts the query and passes on the requested host',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'canonical-request.js') }),
    });
    const byWholeQuery = new CachePolicy(this, 'ByWholeQuery', {
      comment: 'Whole query, Accept, language, content coding and host',
      ...lifetimes,
      queryStringBehavior: CacheQueryStringBehavior.all(),
      // The function has reduced Accept to one format, and Accept-Language to one of the languages of responses.
      headerBehavior: CacheHeaderBehavior.allowList('Accept', 'Accept-Language', 'x-public-host'),
      cookieBehavior: CacheCookieBehavior.none(),
      // Accept-Encoding, which the function has reduced to one coding, is part of the cache key. The functions of the
      // API compress.
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    });
    // Functions open their own responses. Those of API Gateway, which has no function to ask, and of routes with a key
    // are opened here: a page must see the status of a request that was refused. It depends on the request, so it is no
    // part of what is cached.
    const headers = new ResponseHeadersPolicy(this, 'Headers', {
      comment: 'Lets pages of any origin read every response, over HTTPS and as the type that it has',
      corsBehavior: {
        accessControlAllowOrigins: ['*'],
        accessControlAllowCredentials: false,
        // For a preflight that a function does not answer: reading only, without a key.
        accessControlAllowMethods: ['GET', 'HEAD'],
        accessControlAllowHeaders: ['*'],
        accessControlExposeHeaders: [...exposedHeaders],
        originOverride: false,
      },
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
      },
    });
    const behavior: BehaviorOptions = {
      origin: new HttpOrigin(apiHost(httpApi), {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        readTimeout: originTimeout,
        ...(originShieldRegion !== undefined && { originShieldRegion }),
        customHeaders: { 'x-origin-verify': originSecret },
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachedMethods: CachedMethods.CACHE_GET_HEAD,
      // CloudFront would compress responses that functions leave uncompressed, and make their strong entity tags weak.
      compress: false,
      cachePolicy: byWholeQuery,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: headers,
      functionAssociations: [{ function: canonicalRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
    const uncached = { ...behavior, cachePolicy: CachePolicy.CACHING_DISABLED };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Timeline ${stage}`,
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
      httpVersion: HttpVersion.HTTP2_AND_3,
      errorResponses: [...clientErrors, ...serverErrors],
      ...this.#nameOf(domain),
      defaultBehavior: behavior,
      additionalBehaviors: Object.fromEntries(uncachedPaths(routes).map((path) => [path, uncached])),
    });
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'The timeline is for readers in all countries.' },
      { id: 'AwsSolutions-CFR3', reason: 'Requests of readers are not logged, see docs/decisions/0015.' },
    );
    if (webAclArn === undefined) {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR2',
        reason:
          'The profile small has no web ACL: it costs more than all the rest. API Gateway limits what reaches the functions.',
      });
    }
    if (domain) return;
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason:
        'With the certificate of *.cloudfront.net, CloudFront accepts TLS 1.0 whatever the setting. ' +
        'With its own domain name, the distribution accepts only TLS 1.2 and later, see docs/decisions/0017.',
    });
  }

  #nameOf(domain: Settings['domain']): Partial<DistributionProps> {
    if (!domain) return {};
    return {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }
}
