import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Route } from '../../../functions/routes.ts';
import { defaultSettings } from '../../../infra/config/settings.ts';
import { configure } from '../../../infra/config/settings-of.ts';
import { Edge } from '../../../infra/edge/edge.ts';
import { functionNames } from '../../../infra/functions/function-names.ts';
import { permissionsIn } from '../permissions.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c3d';
const named = await synthesized('Timeline', { domain: { name: 'timeline.example.org', certificateArn } });
const { environmentOf } = permissionsIn(stack);
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const { DistributionConfig } = stack.propertiesOf('AWS::CloudFront::Distribution')['Edge/Distribution'] as {
  DistributionConfig: Record<string, unknown>;
};

const behavior = {
  AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
  CachedMethods: ['GET', 'HEAD'],
  CachePolicyId: 'Edge/ByWholeQuery',
  Compress: false,
  FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: 'Edge/CanonicalRequest.FunctionARN' }],
  ResponseHeadersPolicyId: 'Edge/Headers',
  OriginRequestPolicyId: allViewerExceptHostHeader,
  TargetOriginId: expect.any(String),
  ViewerProtocolPolicy: 'https-only',
};

describe('The distribution', () => {
  test('calls the API with TLS 1.2 only, and sends it the origin secret', () => {
    expect(DistributionConfig.Origins).toEqual([
      {
        Id: expect.any(String),
        DomainName: '2 of / in Api/HttpApi.ApiEndpoint',
        CustomOriginConfig: {
          OriginProtocolPolicy: 'https-only',
          OriginReadTimeout: 30,
          OriginSSLProtocols: ['TLSv1.2'],
        },
        OriginCustomHeaders: [
          { HeaderName: 'x-origin-verify', HeaderValue: '{{resolve:secretsmanager:Secrets/Origin:SecretString:::}}' },
        ],
      },
    ]);
  });

  test('accepts all methods with HTTPS only, caches GET and HEAD, and does not compress', () => {
    expect(DistributionConfig.DefaultCacheBehavior).toEqual(behavior);
    expect(DistributionConfig).toMatchObject({ Enabled: true, HttpVersion: 'http2and3', IPV6Enabled: true });
  });

  test('lets pages of any origin read every response, also those of API Gateway, and reading only; browsers keep to HTTPS and to the type', () => {
    expect(stack.resources['Edge/Headers']?.Properties.ResponseHeadersPolicyConfig).toEqual({
      Name: expect.any(String),
      Comment: expect.any(String),
      CorsConfig: {
        AccessControlAllowOrigins: { Items: ['*'] },
        AccessControlAllowCredentials: false,
        AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
        AccessControlAllowHeaders: { Items: ['*'] },
        AccessControlExposeHeaders: { Items: ['etag', 'link', 'retry-after', 'timeline-truncated'] },
        OriginOverride: false,
      },
      SecurityHeadersConfig: {
        ContentTypeOptions: { Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: false, Override: true },
      },
    });
    const behaviors = DistributionConfig.CacheBehaviors as { ResponseHeadersPolicyId: string }[];
    expect(new Set(behaviors.map(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId))).toEqual(
      new Set(['Edge/Headers']),
    );
  });

  test('caches responses by whole query, Accept, language, content coding and host, as long as their Cache-Control says', () => {
    expect(stack.resources['Edge/ByWholeQuery']?.Properties.CachePolicyConfig).toEqual({
      Name: expect.any(String),
      Comment: expect.any(String),
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 31_536_000,
      ParametersInCacheKeyAndForwardedToOrigin: {
        QueryStringsConfig: { QueryStringBehavior: 'all' },
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept', 'Accept-Language', 'x-public-host'] },
        CookiesConfig: { CookieBehavior: 'none' },
        EnableAcceptEncodingBrotli: true,
        EnableAcceptEncodingGzip: true,
      },
    });
  });

  test('does not cache client errors, and caches server errors for one second at most', () => {
    const responses = DistributionConfig.CustomErrorResponses as { ErrorCode: number }[];
    const kept = responses.map(({ ErrorCode, ...rest }) => [ErrorCode, rest]);
    const forSeconds = (ErrorCachingMinTTL: number) => ({ ErrorCachingMinTTL });
    expect(kept).toEqual([
      ...[400, 403, 404, 405, 414, 416].map((status) => [status, forSeconds(0)]),
      ...[500, 501, 502, 503, 504].map((status) => [status, forSeconds(1)]),
    ]);
  });

  test('uses the web ACL that the deployment must name', () => {
    expect(DistributionConfig.WebACLId).toBe('WebAclArn');
    const { WebAclArn } = stack.parameters as Record<'WebAclArn', { AllowedPattern: string }>;
    expect(WebAclArn).not.toHaveProperty('Default');
    const allowed = new RegExp(WebAclArn.AllowedPattern);
    const arn = (region: string, scope: string) =>
      `arn:aws:wafv2:${region}:123456789012:${scope}/webacl/WebAcl-a1B2/0e5d-44a3`;
    const tried = [arn('us-east-1', 'global'), arn('eu-west-1', 'global'), arn('us-east-1', 'regional'), '', 'WebAcl'];
    expect(tried.filter((text) => allowed.test(text))).toEqual([arn('us-east-1', 'global')]);
  });

  test('waits longer than the timeout of any function', () => {
    const timeouts = Object.values(stack.propertiesOf('AWS::Lambda::Function'))
      .filter(({ Environment }) => 'ORIGIN_SECRET' in (Environment as { Variables: object }).Variables)
      .map(({ Timeout }) => Number(Timeout));
    expect(Math.max(...timeouts)).toBe(29);
  });
});

describe('A custom domain', () => {
  test('is the public address, with TLS 1.2 and later only', () => {
    expect(named.resources['Edge/Distribution']?.Properties.DistributionConfig).toMatchObject({
      Aliases: ['timeline.example.org'],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(named.outputs).toMatchObject({
      ApiUrl: { Value: 'https://timeline.example.org' },
      DistributionDomain: { Value: 'Edge/Distribution.DomainName' },
    });
    // Messages and challenges give the public name, which is the first.
    const { OWN_HOSTS } = permissionsIn(named).environmentOf('deliver');
    expect(OWN_HOSTS).toBe('timeline.example.org,Edge/Distribution.DomainName,2 of / in Api/HttpApi.ApiEndpoint');
  });
});

test('Only functions with routes have the origin secret', () => {
  const knowing = functionNames.filter((name) => 'ORIGIN_SECRET' in environmentOf(name));
  const others = [
    'authorize',
    'sequence',
    'sequence-postponed',
    'project',
    'fan-out',
    'deliver',
    'deliver-slow',
    'sweep',
    'erase-content',
    'publish-held-events',
  ];
  expect(knowing).toEqual(functionNames.filter((name) => !others.includes(name)));
});

describe('The secrets', () => {
  test('are generated, long, and deleted with the stack', () => {
    const described = Object.entries(stack.ofType('AWS::SecretsManager::Secret')).map(([path, resource]) => {
      const { GenerateSecretString } = resource.Properties;
      return [path, GenerateSecretString, resource.DeletionPolicy, resource.UpdateReplacePolicy];
    });
    const form = { ExcludePunctuation: true, IncludeSpace: false, PasswordLength: 64 };
    expect(described.sort()).toEqual([
      ['Secrets/Cursor', form, 'Delete', 'Delete'],
      ['Secrets/Origin', form, 'Delete', 'Delete'],
    ]);
  });
});

describe('Routes that need a key', () => {
  const pathsUncached = (routes: readonly Route[]) => {
    const other = new Stack(new App({ context: { 'aws:cdk:enable-asset-metadata': false } }), 'Other');
    configure(other, defaultSettings('other'));
    const httpApi = new HttpApi(other, 'HttpApi');
    new Edge(other, 'Edge', { httpApi, originSecret: 'secret', webAclArn: 'arn', routes, domain: undefined });
    const [found] = Object.values(Template.fromStack(other).findResources('AWS::CloudFront::Distribution'));
    const { CacheBehaviors = [] } = found?.Properties.DistributionConfig ?? {};
    return CacheBehaviors.map(({ PathPattern, CachePolicyId }: Record<string, string>) => [PathPattern, CachePolicyId]);
  };

  test('are never cached, whatever their path parameters are', () => {
    const scope = 'events:write';
    const routes: readonly Route[] = [
      { method: 'GET', path: '/v1/open', function: 'open' },
      { method: 'GET', path: '/v1/guarded', function: 'guarded', scope },
      { method: 'GET', path: '/v1/guarded/{id}/parts/{part}', function: 'guarded', scope },
      { method: 'GET', path: '/v1/guarded/{other}/parts/{part}', function: 'guarded', scope },
      { method: 'POST', path: '/v1/written', function: 'written', scope },
    ];
    expect(pathsUncached(routes)).toEqual([
      ['/v1/guarded', cachingDisabled],
      ['/v1/guarded/*/parts/*', cachingDisabled],
    ]);
  });
});
