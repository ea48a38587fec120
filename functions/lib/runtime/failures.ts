/** Names and codes of transient errors of AWS and of the network. */
const transientNames = new Set([
  'AbortError',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'InternalServerError',
  'InternalServerErrorException',
  'KMSInternalException',
  'KMSThrottlingException',
  'KmsThrottled',
  'LimitExceededException',
  'NetworkingError',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/**
 * Transient reasons for the cancellation of a transaction or the failure of a statement (DynamoDB API Reference,
 * TransactWriteItems and BatchStatementError).
 */
const transientReasons = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
  'TransactionConflict',
]);

/**
 * Names of errors of ours whose cause is an item: this release cannot read or write it, or the code that processes it
 * throws. They are listed by name, since they come from all rooms.
 */
const itemFaultNames = new Set([
  'EdtfError',
  'InvalidInput',
  'RangeError',
  'SyntaxError',
  'TypeError',
  'UnreadableEntry',
  'UnreadableItem',
  'UnwritableItem',
]);

/** Names and reasons by which DynamoDB rejects an item, unless it speaks of the table. */
const rejections = new Set(['ItemCollectionSizeLimitExceeded', 'ValidationError', 'ValidationException']);

/** DynamoDB rejects every item of a table that has another schema than the code expects, or that cannot be used now. */
const speaksOfTable = /schema|index|security token|credential|signature|KMS|throughput/i;

/**
 * A read saw only a part of the data that it asked for, such as one half of a transaction. The next attempt sees the
 * rest.
 */
export class IncompleteRead extends Error {
  override readonly name = 'IncompleteRead';
}

interface AwsError extends Error {
  readonly code?: string;
  readonly $retryable?: object;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Message?: string }[];
}

const isRejection = (name = '', message = '') => rejections.has(name) && !speaksOfTable.test(message);

/**
 * Whether an error is transient, so that the next attempt may succeed: throttling, contention, an error of a server or
 * of the network. All other errors are permanent, such as an invalid item or a bug.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof IncompleteRead) return true;
  const { name, code = '', $retryable, $metadata, CancellationReasons: reasons, cause } = error as AwsError;
  if (reasons) return reasons.some(({ Code }) => transientReasons.has(Code ?? ''));
  if (transientNames.has(name) || transientNames.has(code) || $retryable) return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500 || isTransient(cause);
}

/**
 * Whether the condition of a write did not hold, because another instance wrote first. The caller reads again and
 * decides what is left to do.
 */
export function isConditionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, CancellationReasons: reasons = [] } = error as AwsError;
  return name === 'ConditionalCheckFailedException' || reasons.some(({ Code }) => Code === 'ConditionalCheckFailed');
}

/** Whether a transaction was cancelled because another one writes the same items at this moment. */
export function isTransactionConflict(error: unknown): boolean {
  const { CancellationReasons: reasons = [] } = (error ?? {}) as AwsError;
  return reasons.some(({ Code }) => Code === 'TransactionConflict');
}

/**
 * Whether an error is the fault of the item that was worked on, so that every attempt would end in it. Everything else
 * is the fault of the system: throttling, the network, a missing permission or table, expired credentials, and whatever
 * AWS answers that is not known here. No item is given up for these.
 */
export function isFaultOfItem(error: unknown): boolean {
  if (!(error instanceof Error) || isTransient(error)) return false;
  const { name, message, code = '', $metadata, CancellationReasons: reasons } = error as AwsError;
  if (reasons) return reasons.some(({ Code, Message }) => isRejection(Code, Message));
  // A response was received. If it could not be parsed, that is a SyntaxError, but not of the item.
  if ($metadata) return isRejection(name, message);
  // Node throws TypeErrors about addresses and headers, which come from the settings of the function.
  return itemFaultNames.has(name) && !code.startsWith('ERR_INVALID_URL') && !code.startsWith('ERR_HTTP');
}
