import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import {
  IncompleteRead,
  isConditionFailure,
  isFaultOfItem,
  isTransient,
} from '../../../functions/lib/runtime/failures.ts';

const named = (name: string) => Object.assign(new Error(name), { name });
const answered = (name: string, httpStatusCode: number) =>
  new DynamoDBServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode } });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: codes.join(),
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const conditionFailed = new ConditionalCheckFailedException({ message: 'no', $metadata: { httpStatusCode: 400 } });

describe('an error is transient', () => {
  test.each<[string, unknown]>([
    ['throttling', answered('ThrottlingException', 400)],
    ['a table at its limit', answered('ProvisionedThroughputExceededException', 400)],
    ['a transaction in progress on the same item', answered('TransactionConflictException', 400)],
    ['a fault of the server', answered('SomethingNew', 500)],
    ['a timeout', named('TimeoutError')],
    ['a connection that was reset', Object.assign(new Error(), { code: 'ECONNRESET' })],
    [
      'a connection that was refused, as the cause',
      new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
    ],
    ['an error that the SDK marks as retryable', Object.assign(new Error(), { $retryable: {} })],
    ['a transaction cancelled by another', cancelled('None', 'TransactionConflict')],
    ['a transaction that was throttled', cancelled('ThrottlingError')],
    ['a read of half a transaction', new IncompleteRead('half')],
  ])('if it is %s', (_, error) => {
    expect(isTransient(error)).toBe(true);
    expect(isConditionFailure(error)).toBe(false);
  });
  test.each<[string, unknown]>([
    ['a refused item', answered('ValidationException', 400)],
    ['a transaction with a refused item', cancelled('None', 'ValidationError')],
    ['a missing permission', answered('AccessDeniedException', 400)],
    ['text that is not JSON', new SyntaxError('Unexpected end of JSON input')],
    ['a bug', new TypeError('undefined is not a function')],
    ['a value that is not an error', 'TimeoutError'],
    ['undefined', undefined],
  ])('but not if it is %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
    expect(isConditionFailure(error)).toBe(false);
  });
});

const said = (name: string, message: string, httpStatusCode = 400) =>
  new DynamoDBServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });

describe('an error is the fault of the item', () => {
  test.each<[string, unknown]>([
    ['an item that DynamoDB rejects', said('ValidationException', 'Item size has exceeded the maximum allowed size')],
    ['a transaction with an item that DynamoDB rejects', cancelled('None', 'ValidationError')],
    ['text that is not JSON', new SyntaxError('Unexpected end of JSON input')],
    ['a bug that the item reveals', new TypeError('undefined is not a function')],
    ['a number that is out of range', new RangeError('Invalid time value')],
    ['an item that this release cannot read', named('UnreadableItem')],
    ['a value that its kind of item does not allow', named('UnwritableItem')],
  ])('if it is %s', (_, error) => {
    expect(isFaultOfItem(error)).toBe(true);
  });

  test.each<[string, unknown]>([
    ...[
      'AccessDeniedException',
      'ExpiredTokenException',
      'ExpiredToken',
      'UnrecognizedClientException',
      'InvalidSignatureException',
      'IncompleteSignature',
      'MissingAuthenticationToken',
      'OptInRequired',
      'NotAuthorized',
      'ResourceNotFoundException',
      'KMSAccessDeniedException',
      'KMSDisabledException',
      'KMSNotFoundException',
      'KMSInvalidStateException',
      'KMSThrottlingException',
      'TooManyRequestsException',
      'QueueDoesNotExist',
      'SomethingNew',
    ].map((name): [string, unknown] => [`an answer ${name}`, said(name, name)]),
    ...['CredentialsProviderError', 'TimeoutError', 'AbortError', 'Error'].map((name): [string, unknown] => [
      `an error ${name}`,
      named(name),
    ]),
    ['a table with another schema', said('ValidationException', 'The provided key element does not match the schema')],
    ['a transaction that was throttled', cancelled('None', 'ThrottlingError')],
    ['a transaction that was cancelled for a reason that is not known', cancelled('None', 'SomethingNew')],
    [
      'a response that is not JSON, as of a proxy on the way',
      Object.assign(new SyntaxError('Unexpected token <'), { $metadata: { httpStatusCode: 200 } }),
    ],
    [
      'an address of a service that is not valid',
      Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }),
    ],
    ['a read of half a transaction', new IncompleteRead('half')],
    ['a value that is not an error', 'TypeError'],
  ])('but not if it is %s', (_, error) => {
    expect(isFaultOfItem(error)).toBe(false);
  });
});

describe('the condition of a write failed', () => {
  test.each<[string, unknown]>([
    ['the write was rejected for it', conditionFailed],
    ['its transaction was cancelled for the condition of one item', cancelled('None', 'ConditionalCheckFailed')],
  ])('if %s', (_, error) => {
    expect(isConditionFailure(error)).toBe(true);
    expect(isTransient(error)).toBe(false);
  });
  test('and the error is transient too if the transaction also conflicted with another', () => {
    const both = cancelled('ConditionalCheckFailed', 'TransactionConflict');
    expect([isConditionFailure(both), isTransient(both)]).toEqual([true, true]);
  });
});
