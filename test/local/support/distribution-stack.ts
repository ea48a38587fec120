import { fixtureTemplate, lambda, type Resources, route } from './fixture-stack.ts';

/** Turns the query round, says which host was asked for, and can be made to fail. */
const edgeFunction = `
function handler(event) {
  const request = event.request;
  if (request.uri === '/fails') throw new Error('at the edge');
  if (request.uri === '/loops') while (true) {}
  if (request.uri === '/escapes') return process.env;
  const query = request.rawQueryString();
  request.querystring = query === undefined ? '' : query.split('&').reverse().join('&');
  request.headers['x-asked'] = { value: request.headers.host.value };
  return request;
}`;

const secret = (length: number) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { GenerateSecretString: { ExcludePunctuation: true, PasswordLength: length } },
});

export const referenceTo = (logicalId: string) => ({
  'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: logicalId }, ':SecretString:::}}']],
});

export const distribution = (originHost: unknown, overrides: object = {}): Resources[string] => ({
  Type: 'AWS::CloudFront::Distribution',
  Properties: {
    DistributionConfig: {
      DefaultCacheBehavior: {
        CachePolicyId: { Ref: 'Policy' },
        ResponseHeadersPolicyId: { Ref: 'Open' },
        FunctionAssociations: [
          { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['AtTheEdge', 'FunctionARN'] } },
        ],
        TargetOriginId: 'api',
      },
      Enabled: true,
      Origins: [
        {
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
          DomainName: originHost,
          Id: 'api',
          OriginCustomHeaders: [{ HeaderName: 'X-Verify', HeaderValue: referenceTo('Verify') }],
        },
      ],
      WebACLId: { Ref: 'WebAclArn' },
      ...overrides,
    },
  },
});

export const apiHost = {
  'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }] }],
};

/** The fixture stack with a distribution before its API, two secrets, and a function of which six may run. */
export function distributionTemplate(record: string) {
  const { Resources, Outputs } = fixtureTemplate(record);
  return {
    Parameters: { WebAclArn: { Type: 'String' } },
    Resources: {
      ...Resources,
      ...route('GET /patient', 'PatientFunction'),
      PatientFunction: lambda('patient', { ReservedConcurrentExecutions: 6, Timeout: 10 }),
      Echo: lambda('echo', { Environment: { Variables: { VERIFY: referenceTo('Verify'), KEY: referenceTo('Key') } } }),
      Verify: secret(40),
      Key: secret(64),
      Policy: { Type: 'AWS::CloudFront::CachePolicy', Properties: {} },
      Open: {
        Type: 'AWS::CloudFront::ResponseHeadersPolicy',
        Properties: {
          ResponseHeadersPolicyConfig: {
            Name: 'Open',
            CorsConfig: {
              AccessControlAllowCredentials: false,
              AccessControlAllowHeaders: { Items: ['*'] },
              AccessControlAllowMethods: { Items: ['GET'] },
              AccessControlAllowOrigins: { Items: ['*'] },
              AccessControlExposeHeaders: { Items: ['etag', 'link'] },
              OriginOverride: false,
            },
            SecurityHeadersConfig: {
              ContentTypeOptions: { Override: true },
              StrictTransportSecurity: { AccessControlMaxAgeSec: 60, Override: true },
            },
          },
        },
      },
      AtTheEdge: {
        Type: 'AWS::CloudFront::Function',
        Properties: { FunctionCode: edgeFunction, FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' } },
      },
      Front: distribution(apiHost),
    } as Resources,
    Outputs: {
      ...Outputs,
      ApiUrl: { Value: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Front', 'DomainName'] }]] } },
    },
  };
}

/** A stack of which nothing matters on a laptop. */
export const firewallTemplate = { Resources: { WebAcl: { Type: 'AWS::WAFv2::WebACL', Properties: {} } } };
