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

describe('a failure may be gone at the next try', () => {
  test.each<[string, unknown]>([
    ['throttling', answered('ThrottlingException', 400)],
    ['a table at its limit', answered('ProvisionedThroughputExceededException', 400)],
    ['a transaction under way on the same item', answered('TransactionConflictException', 400)],
    ['a fault of the server', answered('SomethingNew', 500)],
    ['a call that took too long', named('TimeoutError')],
    ['a connection that was cut', Object.assign(new Error(), { code: 'ECONNRESET' })],
    [
      'a connection that was refused, as the cause',
      new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
    ],
    ['what the SDK says can be tried again', Object.assign(new Error(), { $retryable: {} })],
    ['a transaction cancelled by another', cancelled('None', 'TransactionConflict')],
    ['a transaction that was throttled', cancelled('ThrottlingError')],
    ['half of a transaction', new IncompleteRead('half')],
  ])('if it is %s', (_, error) => {
    expect(isTransient(error)).toBe(true);
    expect(isConditionFailure(error)).toBe(false);
  });
  test.each<[string, unknown]>([
    ['a refused item', answered('ValidationException', 400)],
    ['a transaction with a refused item', cancelled('None', 'ValidationError')],
    ['a missing permission', answered('AccessDeniedException', 400)],
    ['text that is not JSON', new SyntaxError('Unexpected end of JSON input')],
    ['a mistake of ours', new TypeError('undefined is not a function')],
    ['not even an error', 'TimeoutError'],
    ['nothing', undefined],
  ])('but not if it is %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
    expect(isConditionFailure(error)).toBe(false);
  });
});

describe('a write was overtaken', () => {
  test.each<[string, unknown]>([
    ['its condition did not hold', conditionFailed],
    ['that of one item of its transaction did not', cancelled('None', 'ConditionalCheckFailed')],
  ])('if %s', (_, error) => {
    expect(isConditionFailure(error)).toBe(true);
    expect(isTransient(error)).toBe(false);
  });
  test('and may be tried again if its transaction met another as well', () => {
    const both = cancelled('ConditionalCheckFailed', 'TransactionConflict');
    expect([isConditionFailure(both), isTransient(both)]).toEqual([true, true]);
  });
});
