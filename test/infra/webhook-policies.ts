/** The permissions on the key of Subscribers, of functions that read and of functions that write. */
const keyToRead = ['Decrypt', 'DescribeKey'];
const keyToWrite = [
  ...keyToRead,
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

const reading = new Set(['GetItem', 'BatchGetItem', 'Query']);

/** The permissions on the table, of a function that uses secrets. */
function subscribersAndSecrets(...actions: readonly string[]): readonly string[] {
  const key = actions.every((action) => reading.has(action)) ? keyToRead : keyToWrite;
  return [
    ...actions.map((action) => `dynamodb:${action} on Subscribers.Arn`),
    ...key.map((action) => `kms:${action} on SubscribersKey.Arn through DynamoDB`),
  ];
}

/** The permissions on the table without its secrets. */
const subscribers = (...actions: readonly string[]): readonly string[] => [
  ...subscribersAndSecrets(...actions),
  'no dynamodb:* on S#* of Subscribers.Arn',
];

const readsTheLog = 'dynamodb:Query on EventLog.Arn';
const readsContents = 'dynamodb:BatchGetItem on EventLog.Arn';
const wakes = ['sqs:SendMessage on Wakes/Prompt.Arn', 'sqs:SendMessage on Wakes/Slow.Arn'];

const counts = 'dynamodb:UpdateItem on USE#* of Access.Arn';

/** What a function needs that a queue invokes. */
export const takesFrom = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on ${queue}.Arn`,
  );

const followsTheTimelines = [
  'dynamodb:DescribeStream on Timelines.StreamArn',
  'dynamodb:GetRecords on Timelines.StreamArn',
  'dynamodb:GetShardIterator on Timelines.StreamArn',
  'dynamodb:ListStreams on *',
  'sqs:GetQueueAttributes on Discarded.Arn',
  'sqs:GetQueueUrl on Discarded.Arn',
  'sqs:SendMessage on Discarded.Arn',
];

const fansOut = [
  ...subscribers(
    'BatchGetItem',
    'ConditionCheckItem',
    'DeleteItem',
    'GetItem',
    'PartiQLInsert',
    'PutItem',
    'Query',
    'UpdateItem',
  ),
  'dynamodb:GetItem on Timelines.Arn',
  readsTheLog,
  'sqs:SendMessage on Parked.Arn',
  ...wakes,
];

const delivers = [
  ...subscribersAndSecrets('BatchGetItem', 'DeleteItem', 'GetItem', 'PartiQLInsert', 'PutItem', 'Query', 'UpdateItem'),
  readsTheLog,
  'dynamodb:BatchGetItem on EventLog.Arn',
  ...wakes,
];

/** The permissions of the functions of webhooks, besides those on their own logs and traces. */
export const webhookPermissions: Readonly<Record<string, readonly string[]>> = {
  'create-endpoint': [
    ...subscribersAndSecrets('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    readsTheLog,
    ...wakes,
    counts,
  ],
  'read-newsroom': [
    ...subscribers('BatchGetItem', 'Query'),
    'dynamodb:GetItem on HeldEvents.Arn',
    'dynamodb:GetItem on Timelines.Arn',
    'dynamodb:Query on HeldEvents.Arn',
    'dynamodb:Query on Timelines.Arn',
  ],
  'read-endpoints': subscribers('BatchGetItem', 'GetItem', 'Query'),
  'change-endpoint': [...subscribers('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'), ...wakes, counts],
  'delete-endpoint': [...subscribersAndSecrets('DeleteItem', 'GetItem', 'Query', 'UpdateItem'), counts],
  'verify-endpoint': [...subscribers('GetItem', 'PutItem', 'Query', 'UpdateItem'), ...wakes, counts],
  'ping-endpoint': [...subscribers('GetItem', 'PutItem', 'Query', 'UpdateItem'), ...wakes, counts],
  'enable-endpoint': [...subscribers('GetItem', 'PutItem', 'Query', 'UpdateItem'), readsTheLog, ...wakes, counts],
  'disable-endpoint': [...subscribers('DeleteItem', 'GetItem', 'Query', 'UpdateItem'), ...wakes, counts],
  'rotate-secret': [...subscribersAndSecrets('GetItem', 'UpdateItem'), counts],
  'read-deliveries': subscribers('GetItem', 'Query'),
  redeliver: [...subscribers('GetItem', 'PutItem', 'Query', 'UpdateItem'), ...wakes, counts],
  'replay-deliveries': [...subscribers('GetItem', 'PutItem', 'Query', 'UpdateItem'), readsTheLog, ...wakes, counts],
  'read-messages': [...subscribers('GetItem', 'Query'), readsTheLog, readsContents],
  'read-receipts': [...subscribers('GetItem', 'Query'), readsTheLog, readsContents],
  'fan-out': [...fansOut, ...followsTheTimelines],
  deliver: [...delivers, ...takesFrom('Wakes/Prompt')],
  'deliver-slow': [...delivers, ...takesFrom('Wakes/Slow')],
  sweep: fansOut,
};

/** What the function that carries out redactions asks of Subscribers. */
export const eraserPermissions = subscribers('GetItem', 'Query');

const originSecret = { ORIGIN_SECRET: '{{resolve:secretsmanager:Secrets/Origin:SecretString:::}}' };
const cursorSecret = { CURSOR_SECRET: '{{resolve:secretsmanager:Secrets/Cursor:SecretString:::}}' };
const table = { SUBSCRIBERS_TABLE: 'Subscribers' };
const log = { EVENT_LOG_TABLE: 'EventLog' };
const queues = { PROMPT_QUEUE_URL: 'Wakes/Prompt', SLOW_QUEUE_URL: 'Wakes/Slow' };
const ownHosts = { OWN_HOSTS: 'Edge/Distribution.DomainName,2 of / in Api/HttpApi.ApiEndpoint' };
const fanOut = { ...table, ...log, TIMELINES_TABLE: 'Timelines', PARKED_QUEUE_URL: 'Parked', ...queues };
const managing = { ...table, ...originSecret };
/** Of routes that count against a quota. */
const changing = {
  ...managing,
  ACCESS_TABLE: 'Access',
  DEFAULT_QUOTA: '{"events":50000,"changes":20000,"bytes":1073741824}',
};

/** The environment variables of the functions of webhooks. */
export const webhookBindings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'create-endpoint': { ...changing, ...log, ...queues },
  'read-newsroom': { ...managing, HELD_EVENTS_TABLE: 'HeldEvents', TIMELINES_TABLE: 'Timelines' },
  'read-endpoints': { ...managing, ...cursorSecret },
  'change-endpoint': { ...changing, ...queues },
  'delete-endpoint': changing,
  'verify-endpoint': { ...changing, ...queues },
  'ping-endpoint': { ...changing, ...queues },
  'enable-endpoint': { ...changing, ...log, ...queues },
  'disable-endpoint': { ...changing, ...queues },
  'rotate-secret': changing,
  'read-deliveries': { ...managing, ...cursorSecret },
  redeliver: { ...changing, ...queues },
  'replay-deliveries': { ...changing, ...log, ...queues },
  'read-messages': { ...managing, ...log },
  'read-receipts': { ...managing, ...log },
  'fan-out': fanOut,
  deliver: { ...table, ...log, ...queues, ...ownHosts },
  'deliver-slow': { ...table, ...log, ...queues, ...ownHosts },
  sweep: fanOut,
};
