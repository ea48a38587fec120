// The functions of the fixture stack, as one bundle.
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

function record(entry) {
  appendFileSync(process.env.RECORD, `${JSON.stringify(entry)}\n`);
}

export async function echo(event, context) {
  if (event.rawPath === '/echo' && event.rawQueryString === 'environment') {
    return { statusCode: 200, body: JSON.stringify(process.env) };
  }
  if (event.rawPath === '/echo' && event.rawQueryString === 'context') {
    const { awsRequestId, functionName, memoryLimitInMB } = context;
    const remaining = context.getRemainingTimeInMillis();
    return { statusCode: 200, body: JSON.stringify({ awsRequestId, functionName, memoryLimitInMB, remaining }) };
  }
  return event;
}

export async function text(event) {
  if (event.rawQueryString === 'empty') return { statusCode: 200 };
  if (event.rawQueryString === 'open') {
    return { statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://page.example' } };
  }
  if (event.rawQueryString === 'forever') {
    const headers = { 'Cache-Control': 'public, max-age=31536000, immutable', ETag: '"1"' };
    return { statusCode: 200, headers, body: 'for ever' };
  }
  return {
    statusCode: 203,
    headers: { 'Content-Type': 'text/markdown', ETag: '"1"', 'Content-Length': '999' },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from('# Grüße').toString('base64'),
    isBase64Encoded: true,
  };
}

export async function throwing() {
  console.log('about to throw');
  throw new TypeError('a secret of the house');
}

export async function exiting() {
  process.exit(3);
}

export async function slow() {
  await delay(5_000);
  return 'too late';
}

export async function patient() {
  await delay(1_500);
  return 'in time';
}

export async function huge() {
  return { statusCode: 200, body: 'x'.repeat(7_000_000) };
}

export async function authorize(event) {
  const [token] = event.identitySource;
  record({ authorize: token, routeKey: event.routeKey, type: event.type, body: event.body });
  if (token === 'throw') throw new Error('the authorizer is broken');
  if (token === 'nonsense') return { yes: true };
  return { isAuthorized: token === 'good', context: { newsroom: 'afp', scopes: 'a b' } };
}

/** Fails for good at `R#poison`, and the first two times at `R#flaky`. */
const seen = new Map();
export async function consume(event) {
  const keys = event.Records.map((item) => item.dynamodb.Keys.sk.S);
  record({ consume: keys });
  for (const item of event.Records) {
    const key = item.dynamodb.Keys.sk.S;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (key === 'R#first') record({ first: item });
    if (key === 'R#poison' || (key === 'R#flaky' && seen.get(key) <= 2)) {
      return { batchItemFailures: [{ itemIdentifier: item.dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

export async function follow(event) {
  record({ follow: event.Records.map(({ eventName }) => eventName) });
}

/** Takes a moment for each, a while for `long`, and tells when it begins and ends; `bad` fails. */
export async function queue(event) {
  const failed = [];
  for (const { messageId, body, attributes } of event.Records) {
    const { MessageGroupId: group, SentTimestamp: sentAt } = attributes;
    record({ queue: `${group} begins ${body}`, waitedMs: Date.now() - Number(sentAt) });
    await delay(body === 'long' ? 1_000 : 150);
    record({ queue: `${group} ends ${body}` });
    if (body === 'bad') failed.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures: failed };
}

/**
 * Sends each message to its queue again, with a number that is one higher, up to 20. The trace goes with it, as the AWS
 * SDK sends it.
 */
export async function again(event) {
  for (const { body } of event.Records) {
    record({ [process.env.QUEUE_NAME]: Number(body) });
    if (Number(body) === 20) continue;
    const { AWS_ENDPOINT_URL_SQS, QUEUE_URL, _X_AMZN_TRACE_ID } = process.env;
    await fetch(AWS_ENDPOINT_URL_SQS, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        'x-amzn-trace-id': _X_AMZN_TRACE_ID,
      },
      body: JSON.stringify({ QueueUrl: QUEUE_URL, MessageBody: String(Number(body) + 1) }),
    });
  }
}

export async function labour(event) {
  record({ labour: event.Records.map((message) => message.body) });
  const failed = event.Records.filter((message) => message.body === 'bad');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
