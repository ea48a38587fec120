import { describe, expect, test } from '@jest/globals';
import { type Route, routes } from '../../../functions/routes.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();

const integrations = stack.propertiesOf('AWS::ApiGatewayV2::Integration');

const routeTable: Readonly<Record<string, { answeredBy: unknown; guard: string }>> = Object.fromEntries(
  Object.values(stack.propertiesOf('AWS::ApiGatewayV2::Route')).map(
    ({ ApiId, RouteKey, Target, AuthorizationType, AuthorizerId, ...rest }) => {
      const integration = integrations[String(Target).replace(/^integrations\//, '')];
      const guard = AuthorizationType === 'NONE' ? 'anybody' : `${AuthorizationType} ${AuthorizerId}`;
      return [String(RouteKey), { answeredBy: integration?.IntegrationUri, guard, ...rest }];
    },
  ),
);

const free = (name: string) => ({ answeredBy: `${name}/Function.Arn`, guard: 'anybody' });
const guarded = (name: string) => ({ answeredBy: `${name}/Function.Arn`, guard: 'CUSTOM Api/HttpApi/Authorizer' });
const keysOf = ({ method, path }: Route) =>
  method === 'GET' ? [`GET ${path}`, `HEAD ${path}`] : [`${method} ${path}`];
const read = (path: string, answered: object) => ({ [`GET ${path}`]: answered, [`HEAD ${path}`]: answered });
const endpoint = '/v1/webhook-endpoints/{endpoint}';

describe('The routes', () => {
  test('are these, each with its function; routes that write, wait or manage webhooks have the authorizer', () => {
    expect(routeTable).toEqual({
      'POST /v1/events': guarded('Write/AppendEvent'),
      ...read('/v1/events', free('Read/ReadEvent')),
      'PUT /v1/events': guarded('Write/CorrectEvent'),
      'POST /v1/events/{id}/corrections': guarded('Write/CorrectEvent'),
      'POST /v1/events/{id}/retraction': guarded('Write/RetractEvent'),
      'POST /v1/events/{id}/redaction': guarded('Redaction/RedactEvent'),
      ...read('/v1/events/{id}/redaction', guarded('Redaction/ReadRedaction')),
      ...read('/v1/newsroom', guarded('Newsroom/ReadNewsroom')),
      ...read('/v1/held-events', guarded('Embargo/ReadHeldEvents')),
      ...read('/v1/held-events/{id}', guarded('Embargo/ReadHeldEvents')),
      'PUT /v1/held-events/{id}': guarded('Embargo/ReplaceHeldEvent'),
      'DELETE /v1/held-events/{id}': guarded('Embargo/RetractHeldEvent'),
      'POST /v1/held-events/{id}/release': guarded('Embargo/ReleaseHeldEvent'),
      'PUT /v1/stories/{story}': guarded('Write/DescribeStory'),
      'DELETE /v1/stories/{story}': guarded('Write/WithdrawStory'),
      'POST /v1/stories/{story}/unlistings': guarded('Write/UnlistEvent'),
      ...read('/v1/timeline', free('Read/ReadTimeline')),
      ...read('/v1/timeline/counts', free('Read/ReadCounts')),
      ...read('/v1/timeline/facets', free('Read/ReadFacets')),
      ...read('/v1/events/{id}', free('Read/ReadEvent')),
      ...read('/v1/events/{id}/history', free('Read/ReadHistory')),
      ...read('/v1/stories', free('Read/ListStories')),
      ...read('/v1/stories/{story}', free('Read/ReadStory')),
      ...read('/v1/changes', free('Read/ReadChanges')),
      ...read('/v1/changes/wait', guarded('Read/WaitForChanges')),
      ...read('/v1/corrections', free('Read/ReadCorrections')),
      ...read('/v1/health', free('Read/ReadHealth')),
      ...read('/', free('Read/ReadStoriesPage')),
      ...read('/stories/{story}', free('Read/ReadStoryPage')),
      ...read('/embed/stories/{story}', free('Read/ReadStoryPage')),
      ...read('/events/{id}', free('Read/ReadEventPage')),
      ...read('/corrections', free('Read/ReadCorrectionsPage')),
      ...read('/sitemap.xml', free('Read/ReadDiscovery')),
      ...read('/robots.txt', free('Read/ReadDiscovery')),
      ...read('/oembed', free('Read/ReadDiscovery')),
      ...read('/v1/openapi.json', free('Read/ReadDocumentation')),
      ...read('/docs', free('Read/ReadDocumentation')),
      ...read('/docs/{page}', free('Read/ReadDocumentation')),
      ...read('/docs/schemas/{schema}', free('Read/ReadDocumentation')),
      ...read('/docs/guides/{guide}', free('Read/ReadGuide')),
      'POST /v1/webhook-endpoints': guarded('Endpoints/CreateEndpoint'),
      ...read('/v1/webhook-endpoints', guarded('Endpoints/ReadEndpoints')),
      ...read(endpoint, guarded('Endpoints/ReadEndpoints')),
      [`PATCH ${endpoint}`]: guarded('Endpoints/ChangeEndpoint'),
      [`DELETE ${endpoint}`]: guarded('Endpoints/DeleteEndpoint'),
      [`POST ${endpoint}/verify`]: guarded('Endpoints/VerifyEndpoint'),
      [`POST ${endpoint}/ping`]: guarded('Endpoints/PingEndpoint'),
      [`POST ${endpoint}/enable`]: guarded('Endpoints/EnableEndpoint'),
      [`POST ${endpoint}/disable`]: guarded('Endpoints/DisableEndpoint'),
      [`POST ${endpoint}/secret/rotate`]: guarded('Endpoints/RotateSecret'),
      ...read(`${endpoint}/deliveries`, guarded('Endpoints/ReadDeliveries')),
      ...read(`${endpoint}/deliveries/{position}`, guarded('Endpoints/ReadDeliveries')),
      [`POST ${endpoint}/deliveries/{position}/redeliver`]: guarded('Endpoints/Redeliver'),
      [`POST ${endpoint}/replay`]: guarded('Endpoints/ReplayDeliveries'),
      ...read(`${endpoint}/events`, guarded('Endpoints/ReadMessages')),
      ...read('/v1/events/{id}/receipts', guarded('Endpoints/ReadReceipts')),
      $default: free('Api/Unrouted'),
    });
  });

  test('are the same as in the table of routes, with HEAD for each GET', () => {
    expect(Object.keys(routeTable).sort()).toEqual(['$default', ...routes.flatMap(keysOf)].sort());
  });

  test('have the authorizer exactly if the table of routes names a scope', () => {
    const scoped = routes.filter(({ scope }) => scope !== undefined).flatMap(keysOf);
    const asking = Object.entries(routeTable).filter(([, { guard }]) => guard !== 'anybody');
    expect(asking.map(([key]) => key).sort()).toEqual(scoped.sort());
  });

  test('use payload format 2.0', () => {
    const forms = Object.values(integrations).map(({ IntegrationType, PayloadFormatVersion }) => ({
      IntegrationType,
      PayloadFormatVersion,
    }));
    expect(forms).toEqual(forms.map(() => ({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })));
  });
});

test('The gateway caches the response of the authorizer by the whole header, for a minute', () => {
  expect(stack.propertiesOf('AWS::ApiGatewayV2::Authorizer')).toEqual({
    'Api/HttpApi/Authorizer': {
      ApiId: 'Api/HttpApi',
      Name: 'Authorizer',
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 60,
      AuthorizerUri:
        'arn:AWS::Partition:apigateway:AWS::Region:lambda:path/2015-03-31/functions/Api/Authorize/Function.Arn/invocations',
    },
  });
});

test('Each writing route has a limit of its own, so that readers take nothing from writers', () => {
  const stages = stack.propertiesOf('AWS::ApiGatewayV2::Stage') as Record<
    string,
    { DefaultRouteSettings: unknown; RouteSettings: Record<string, unknown> }
  >;
  const [{ DefaultRouteSettings, RouteSettings }] = Object.values(stages) as [(typeof stages)[string]];
  expect(DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 1_000, ThrottlingRateLimit: 500 });
  const writing = routes.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
  const own = { ThrottlingBurstLimit: 400, ThrottlingRateLimit: 200 };
  expect(RouteSettings).toEqual(Object.fromEntries(writing.map((key) => [key, own])));
});

test('The gateway leaves CORS to the functions', () => {
  expect(stack.propertiesOf('AWS::ApiGatewayV2::Api')).toEqual({
    'Api/HttpApi': { Name: 'Timeline-local', ProtocolType: 'HTTP' },
  });
});

test('The stage throttles, and logs each request with its route, status and latencies as JSON', () => {
  const { AccessLogSettings, ...stage } = stack.propertiesOf('AWS::ApiGatewayV2::Stage')['Api/HttpApi/Stage'] ?? {};
  const { DestinationArn, Format } = AccessLogSettings as { DestinationArn: string; Format: string };
  expect(stage).toEqual({
    ApiId: 'Api/HttpApi',
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingBurstLimit: 1000, ThrottlingRateLimit: 500 },
    RouteSettings: expect.any(Object),
  });
  expect(DestinationArn).toBe('Api/AccessLog.Arn');
  expect(JSON.parse(Format)).toEqual({
    requestId: '$context.requestId',
    time: '$context.requestTimeEpoch',
    route: '$context.routeKey',
    path: '$context.path',
    status: '$context.status',
    responseLatencyMs: '$context.responseLatency',
    integrationLatencyMs: '$context.integrationLatency',
    responseBytes: '$context.responseLength',
    keyId: '$context.authorizer.keyId',
    error: '$context.error.message',
    integrationError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
  });
});
