import { describe, expect, test } from '@jest/globals';
import { routes } from '../../functions/routes.ts';
import { functionNames } from '../../infra/functions/function-names.ts';
import { permissionsIn } from './permissions.ts';
import { synthesized } from './synthesized.ts';
import { eraserPermissions, takesFrom, webhookBindings, webhookPermissions } from './webhook-policies.ts';

const stack = await synthesized();
const { environmentOf, functionOf, names, permissionsOf, permissionsOfRole, rolesOfPolicies } = permissionsIn(stack);

/** Its own log and its traces: what every function may write. */
const ownTraces = (name: string) => {
  const logs = functionOf(name).path.replace(/Function$/, 'Logs');
  return [
    `logs:CreateLogStream on ${logs}.Arn`,
    `logs:PutLogEvents on ${logs}.Arn`,
    'xray:PutTelemetryRecords on *',
    'xray:PutTraceSegments on *',
  ];
};

const followsTheStream = [
  'dynamodb:DescribeStream on EventLog.StreamArn',
  'dynamodb:GetRecords on EventLog.StreamArn',
  'dynamodb:GetShardIterator on EventLog.StreamArn',
  'dynamodb:ListStreams on *',
  'sqs:GetQueueAttributes on Discarded.Arn',
  'sqs:GetQueueUrl on Discarded.Arn',
  'sqs:SendMessage on Discarded.Arn',
];

/** What lets a function count what newsrooms use of their quotas. */
const counts = 'dynamodb:UpdateItem on USE#* of Access.Arn';

/** What lets a function count its slow requests. */
const holds = 'dynamodb:UpdateItem on HOLD#* of Access.Arn';

/** What a writer of events reads of a story: who may add events to it. */
const readsHeads = 'dynamodb:BatchGetItem on Timelines.Arn';

/** What a writer reads of a story to change it: who owns it. */
const storyReads = [readsHeads, 'dynamodb:GetItem on Timelines.Arn'];

/** What a dry run or a strict write reads of a story, for its warnings. */
const readsStories = 'dynamodb:Query on Timelines.Arn';

/** What lets a function hold an event, and change and end that. */
const changesHeld = ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
  (action) => `dynamodb:${action} on HeldEvents.Arn`,
);

const expectedPermissions: Readonly<Record<string, readonly string[]>> = {
  'append-event': [
    ...changesHeld,
    readsHeads,
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    readsStories,
    counts,
  ],
  'read-held-events': [
    'dynamodb:BatchGetItem on HeldEvents.Arn',
    'dynamodb:GetItem on HeldEvents.Arn',
    'dynamodb:Query on HeldEvents.Arn',
  ],
  'replace-held-event': [...changesHeld, ...storyReads, 'dynamodb:Query on Timelines.Arn', counts],
  'retract-held-event': [...changesHeld, counts],
  'release-held-event': [
    ...changesHeld,
    readsHeads,
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    counts,
  ],
  'publish-held-events': [
    ...changesHeld,
    'dynamodb:Query on HeldEvents.Arn',
    readsHeads,
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
  ],
  'correct-event': [
    readsHeads,
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    readsStories,
    counts,
  ],
  'retract-event': ['dynamodb:PutItem on EventLog.Arn', 'dynamodb:Query on EventLog.Arn', counts],
  'describe-story': [...storyReads, 'dynamodb:PutItem on EventLog.Arn', 'dynamodb:Query on EventLog.Arn', counts],
  'withdraw-story': [...storyReads, 'dynamodb:PutItem on EventLog.Arn', 'dynamodb:Query on EventLog.Arn', counts],
  'unlist-event': [
    ...storyReads,
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    counts,
  ],
  'redact-event': [
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:PutItem on Redactions.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
    counts,
    holds,
  ],
  'read-redaction': ['dynamodb:Query on EventLog.Arn', 'dynamodb:Query on Redactions.Arn'],
  'read-timeline': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-counts': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-facets': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'list-stories': [
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-story': [
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-event': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
    'dynamodb:GetItem on Timelines.Arn',
  ],
  'read-history': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
  ],
  'read-corrections': [
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-stories-page': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-story-page': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-event-page': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
  ],
  'read-corrections-page': [
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-discovery': [
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-health': ['dynamodb:GetItem on Timelines.Arn', 'dynamodb:Query on EventLog.Arn'],
  'read-documentation': [],
  'read-guide': [],
  'read-changes': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
  ],
  'wait-for-changes': [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
    holds,
  ],
  ...webhookPermissions,
  unrouted: [],
  authorize: ['dynamodb:GetItem on Access.Arn'],
  sequence: [
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'sqs:SendMessage on Parked.Arn',
    'sqs:SendMessage on Sequencer/Postponed.Arn',
    ...followsTheStream,
  ],
  'sequence-postponed': [
    'dynamodb:PutItem on EventLog.Arn',
    'dynamodb:Query on EventLog.Arn',
    'sqs:SendMessage on Parked.Arn',
    ...takesFrom('Sequencer/Postponed'),
  ],
  'erase-content': [
    ...changesHeld,
    'cloudfront:CreateInvalidation on arn:AWS::Partition:cloudfront::AWS::AccountId:distribution/Edge/Distribution',
    'dynamodb:DeleteItem on Redactions.Arn',
    'dynamodb:DeleteItem on Timelines.Arn',
    'dynamodb:GetItem on Redactions.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:PutItem on Redactions.Arn',
    'dynamodb:PutItem on Timelines.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Redactions.Arn',
    'dynamodb:Query on Timelines.Arn',
    'dynamodb:UpdateItem on Redactions.Arn',
    'dynamodb:UpdateItem on content of EventLog.Arn',
    ...eraserPermissions,
  ],
  project: [
    'dynamodb:BatchGetItem on EventLog.Arn',
    'dynamodb:BatchGetItem on Timelines.Arn',
    'dynamodb:DeleteItem on Timelines.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:PartiQLInsert on Timelines.Arn',
    'dynamodb:PutItem on Timelines.Arn',
    'dynamodb:Query on EventLog.Arn',
    'dynamodb:Query on Timelines.Arn',
    'sqs:SendMessage on Parked.Arn',
    ...followsTheStream,
  ],
};

const originSecret = { ORIGIN_SECRET: '{{resolve:secretsmanager:Secrets/Origin:SecretString:::}}' };
const cursorSecret = { CURSOR_SECRET: '{{resolve:secretsmanager:Secrets/Cursor:SecretString:::}}' };

const defaultQuota = { DEFAULT_QUOTA: '{"events":50000,"changes":20000,"bytes":1073741824}' };
const quotas = { ACCESS_TABLE: 'Access', ...defaultQuota };

const held = { HELD_EVENTS_TABLE: 'HeldEvents' };

const sequencing = { EVENT_LOG_TABLE: 'EventLog', PARKED_QUEUE_URL: 'Parked' };

const expectedBindings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'append-event': { ...held, EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...quotas, ...originSecret },
  'read-held-events': { ...held, ...originSecret, ...cursorSecret },
  'replace-held-event': { ...held, TIMELINES_TABLE: 'Timelines', ...quotas, ...originSecret },
  'retract-held-event': { ...held, ...quotas, ...originSecret },
  'release-held-event': {
    ...held,
    EVENT_LOG_TABLE: 'EventLog',
    TIMELINES_TABLE: 'Timelines',
    ...quotas,
    ...originSecret,
  },
  'publish-held-events': { ...held, EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines' },
  'correct-event': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...quotas, ...originSecret },
  'retract-event': { EVENT_LOG_TABLE: 'EventLog', ...quotas, ...originSecret },
  'describe-story': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...quotas, ...originSecret },
  'withdraw-story': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...quotas, ...originSecret },
  'unlist-event': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...quotas, ...originSecret },
  'redact-event': { EVENT_LOG_TABLE: 'EventLog', REDACTIONS_TABLE: 'Redactions', ...quotas, ...originSecret },
  'read-redaction': { EVENT_LOG_TABLE: 'EventLog', REDACTIONS_TABLE: 'Redactions', ...originSecret },
  'read-timeline': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-counts': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-facets': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'list-stories': { TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-story': { TIMELINES_TABLE: 'Timelines', ...originSecret },
  'read-event': {
    EVENT_LOG_TABLE: 'EventLog',
    REDACTIONS_TABLE: 'Redactions',
    TIMELINES_TABLE: 'Timelines',
    ...originSecret,
  },
  'read-history': { EVENT_LOG_TABLE: 'EventLog', REDACTIONS_TABLE: 'Redactions', ...originSecret },
  'read-corrections': { TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-stories-page': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-story-page': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-event-page': {
    EVENT_LOG_TABLE: 'EventLog',
    REDACTIONS_TABLE: 'Redactions',
    TIMELINES_TABLE: 'Timelines',
    ...originSecret,
  },
  'read-corrections-page': { TIMELINES_TABLE: 'Timelines', ...originSecret, ...cursorSecret },
  'read-discovery': { TIMELINES_TABLE: 'Timelines', ...originSecret },
  'read-health': { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', ...originSecret },
  'read-documentation': originSecret,
  'read-guide': originSecret,
  'read-changes': { EVENT_LOG_TABLE: 'EventLog', REDACTIONS_TABLE: 'Redactions', ...originSecret },
  'wait-for-changes': {
    EVENT_LOG_TABLE: 'EventLog',
    REDACTIONS_TABLE: 'Redactions',
    ACCESS_TABLE: 'Access',
    ...originSecret,
  },
  ...webhookBindings,
  unrouted: originSecret,
  authorize: quotas,
  sequence: { ...sequencing, POSTPONED_QUEUE_URL: 'Sequencer/Postponed' },
  'sequence-postponed': sequencing,
  'erase-content': {
    ...held,
    EVENT_LOG_TABLE: 'EventLog',
    TIMELINES_TABLE: 'Timelines',
    SUBSCRIBERS_TABLE: 'Subscribers',
    REDACTIONS_TABLE: 'Redactions',
    DISTRIBUTION_ID: 'Edge/Distribution',
  },
  project: { EVENT_LOG_TABLE: 'EventLog', TIMELINES_TABLE: 'Timelines', PARKED_QUEUE_URL: 'Parked' },
};

const assumedBy = (service: string) => ({
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service } }],
  Version: '2012-10-17',
});

describe('The permissions of a function', () => {
  test('are listed here for every function', () => {
    expect([...names].sort()).toEqual([...functionNames].sort());
    expect(Object.keys(expectedPermissions).sort()).toEqual([...functionNames].sort());
    expect(Object.keys(expectedBindings).sort()).toEqual([...functionNames].sort());
  });

  test.each(Object.entries(expectedPermissions))('of %s are exactly those that it needs', (name, permissions) => {
    expect(permissionsOf(name)).toEqual([...permissions, ...ownTraces(name)].sort());
  });

  test.each(Object.entries(expectedBindings))(
    'the environment of %s has exactly what it is bound to, and nothing of this machine',
    (name, bindings) => {
      expect(environmentOf(name)).toEqual({
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'Timeline',
        STAGE: 'local',
        ...bindings,
      });
    },
  );

  test('come from its own role, which only Lambda may assume and which has one policy, and no managed one', () => {
    const { 'Api/Invoker': _invoker, ...roles } = stack.propertiesOf('AWS::IAM::Role');
    const withoutPolicies = Object.entries(roles).map(([path, { Policies: _policies, ...rest }]) => [path, rest]);
    const expected = functionNames.map((name) => [
      functionOf(name).path.replace(/Function$/, 'Role'),
      { AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com') },
    ]);
    expect(Object.fromEntries(withoutPolicies)).toEqual(Object.fromEntries(expected));
    expect([...rolesOfPolicies].sort()).toEqual(['Api/Invoker', ...Object.keys(roles)].sort());
  });

  test('of the API are to invoke the functions of its routes, by a role that only API Gateway may assume', () => {
    const { 'Api/Invoker': invoker } = stack.propertiesOf('AWS::IAM::Role');
    const { Policies: _policies, ...rest } = invoker ?? {};
    expect(rest).toEqual({ AssumeRolePolicyDocument: assumedBy('apigateway.amazonaws.com') });
    const routed = new Set(['unrouted', ...routes.map((route) => route.function)]);
    expect(permissionsOfRole('Api/Invoker')).toEqual(
      [...routed].map((name) => `lambda:InvokeFunction on ${functionOf(name).path}.Arn`).sort(),
    );
    const credentials = Object.values(stack.propertiesOf('AWS::ApiGatewayV2::Integration')).map(
      ({ CredentialsArn }) => CredentialsArn,
    );
    expect(credentials).toEqual([...routed].map(() => 'Api/Invoker.Arn'));
  });

  test('let only the API, its authorizer or schedule invoke it', () => {
    const invokers = Object.values(stack.propertiesOf('AWS::Lambda::Permission')).map(
      ({ FunctionName, Principal, SourceArn }) =>
        `${Principal} ${String(SourceArn).replace(/^arn:.*:Api\/HttpApi\//, '')} → ${FunctionName}`,
    );
    expect(invokers.sort()).toEqual(
      [
        'apigateway.amazonaws.com authorizers/Api/HttpApi/Authorizer → Api/Authorize/Function.Arn',
        'events.amazonaws.com Embargo/Wake.Arn → Embargo/PublishHeldEvents/Function.Arn',
        'events.amazonaws.com Eraser/Wake.Arn → Eraser/EraseContent/Function.Arn',
        'events.amazonaws.com Projector/Wake.Arn → Projector/Project/Function.Arn',
        'events.amazonaws.com Webhooks/WakeFanOut.Arn → Webhooks/FanOut/Function.Arn',
        'events.amazonaws.com Webhooks/WakeSweep.Arn → Webhooks/Sweep/Function.Arn',
      ].sort(),
    );
  });
});

test('No function with a public route can write', () => {
  const readers = routes.filter(({ scope }) => scope === undefined).map((route) => route.function);
  const actions = [...readers, 'unrouted'].flatMap((name) =>
    permissionsOf(name).map((permission) => permission.split(' ')[0]),
  );
  expect([...new Set(actions)].sort()).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:GetItem',
    'dynamodb:Query',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test('Items are changed and removed in Subscribers and HeldEvents, which no public route reads, and otherwise by project, by what takes content down, and where use and held requests are counted', () => {
  const everything = names.flatMap((name) => permissionsOf(name).map((permission) => [name, permission] as const));
  const changing = /^dynamodb:(UpdateItem|DeleteItem|BatchWriteItem|ConditionCheckItem) on (.*)$/;
  const changed = everything.flatMap(([name, permission]) => {
    const table = changing.exec(permission)?.[2];
    return table === undefined ||
      ['Subscribers.Arn', 'HeldEvents.Arn'].includes(table) ||
      permission === counts ||
      permission === holds
      ? []
      : [`${name}: ${permission}`];
  });
  expect(changed).toEqual([
    // Of what it has written itself: the attempts at entries that failed before, and what is redacted.
    'project: dynamodb:DeleteItem on Timelines.Arn',
    // Its own lease, in Timelines, and how far redactions have come.
    'erase-content: dynamodb:DeleteItem on Redactions.Arn',
    'erase-content: dynamodb:DeleteItem on Timelines.Arn',
    'erase-content: dynamodb:UpdateItem on Redactions.Arn',
    'erase-content: dynamodb:UpdateItem on content of EventLog.Arn',
  ]);
  const holding = everything.filter(([, permission]) => permission.includes('HeldEvents')).map(([name]) => name);
  const ofHeld = routes.filter(({ path }) => path.startsWith('/v1/held-events')).map((route) => route.function);
  expect([...new Set(holding)].sort()).toEqual(
    [...new Set(['append-event', 'publish-held-events', 'erase-content', 'read-newsroom', ...ofHeld])].sort(),
  );
  const touching = everything.filter(([, permission]) => permission.includes('Subscribers')).map(([name]) => name);
  expect([...new Set(touching)].sort()).toEqual([...Object.keys(webhookPermissions), 'erase-content'].sort());
});

test('Exactly the functions of routes with a quota count what newsrooms use', () => {
  const counting = names.filter((name) => permissionsOf(name).includes(counts));
  const expected = routes.flatMap((route) => (route.quota ? route.function : []));
  expect(counting.sort()).toEqual([...new Set(expected)].sort());
});

test('The key of Subscribers is used through DynamoDB only', () => {
  const uses = names.flatMap(permissionsOf).filter((permission) => permission.includes('kms:'));
  expect(uses.filter((permission) => !permission.endsWith('on SubscribersKey.Arn through DynamoDB'))).toEqual([]);
});
