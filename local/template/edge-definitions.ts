import * as z from 'zod';
import { define } from './definition.ts';

const behavior = z.strictObject({
  FunctionAssociations: z
    .array(z.strictObject({ EventType: z.literal('viewer-request'), FunctionARN: z.string() }))
    .default([]),
  PathPattern: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  TargetOriginId: z.string(),
});

/** How the distribution treats the requests for some paths. */
export type Behavior = z.infer<typeof behavior>;

// The local distribution caches nothing and has no TLS.
const behaviorWithoutEffect = [
  'AllowedMethods',
  'CachedMethods',
  'CachePolicyId',
  'Compress',
  'OriginRequestPolicyId',
  'ViewerProtocolPolicy',
];

const configWithoutEffect = [
  ...behaviorWithoutEffect.flatMap((name) => [`DefaultCacheBehavior.${name}`, `CacheBehaviors.${name}`]),
  ...['ConnectionAttempts', 'ConnectionTimeout', 'CustomOriginConfig', 'OriginShield'].map((name) => `Origins.${name}`),
  'Aliases',
  'Comment',
  'CustomErrorResponses',
  'HttpVersion',
  'IPV6Enabled',
  'Logging',
  'PriceClass',
  'Restrictions',
  'ViewerCertificate',
  'WebACLId',
];

export const distributionDefinition = define(
  'AWS::CloudFront::Distribution',
  {
    DistributionConfig: z.strictObject({
      CacheBehaviors: z.array(behavior).default([]),
      DefaultCacheBehavior: behavior,
      Enabled: z.literal(true),
      Origins: z.array(
        z.strictObject({
          DomainName: z.string(),
          Id: z.string(),
          OriginCustomHeaders: z.array(z.strictObject({ HeaderName: z.string(), HeaderValue: z.string() })).default([]),
        }),
      ),
    }),
  },
  ['Tags', ...configWithoutEffect.map((path) => `DistributionConfig.${path}`)],
);

export const responseHeadersDefinition = define(
  'AWS::CloudFront::ResponseHeadersPolicy',
  {
    ResponseHeadersPolicyConfig: z.strictObject({
      CorsConfig: z.strictObject({
        AccessControlAllowCredentials: z.literal(false),
        AccessControlAllowOrigins: z.strictObject({ Items: z.tuple([z.literal('*')]) }),
        AccessControlExposeHeaders: z.strictObject({ Items: z.array(z.string()) }),
        OriginOverride: z.literal(false),
      }),
      SecurityHeadersConfig: z
        .strictObject({ ContentTypeOptions: z.strictObject({ Override: z.literal(true) }) })
        .optional(),
    }),
  },
  [
    // The API answers preflights itself.
    ...['Methods', 'Headers'].map((what) => `ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllow${what}`),
    // A host without TLS cannot ask for it.
    'ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity',
    'ResponseHeadersPolicyConfig.Comment',
    'ResponseHeadersPolicyConfig.Name',
  ],
);

export const edgeFunctionDefinition = define(
  'AWS::CloudFront::Function',
  {
    FunctionCode: z.string(),
    FunctionConfig: z.object({ Runtime: z.literal('cloudfront-js-2.0') }),
  },
  ['AutoPublish', 'FunctionMetadata', 'Name', 'Tags'],
);
