import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { IncompleteRead, isConditionFailure, isTransient } from '../../../functions/lib/runtime/failures.ts';

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
