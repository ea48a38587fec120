/** Errors of AWS and of the network, by name or code, that the next attempt may not meet. */
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
  'ThrottlingException',
  'TimeoutError',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** Reasons of a cancelled transaction (DynamoDB API Reference, TransactWriteItems) that the next attempt may not meet. */
const transientReasons = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** A read saw only a part of a transaction that was being written. The next attempt sees all of it. */
export class IncompleteRead extends Error {
  override readonly name = 'IncompleteRead';
}

interface Failure extends Error {
  readonly code?: string;
  readonly $retryable?: object;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/**
 * Whether the next attempt may succeed: after throttling, contention, an error of a server or of the network. All else would
 * fail for ever, such as an item that is refused or a mistake of ours.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof IncompleteRead) return true;
  const { name, code = '', $retryable, $metadata, CancellationReasons: reasons, cause } = error as Failure;
  if (reasons) return reasons.some(({ Code }) => transientReasons.has(Code ?? ''));
  if (transientNames.has(name) || transientNames.has(code) || $retryable) return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500 || isTransient(cause);
}

/**
 * Whether the condition of a write did not hold: another instance has placed, projected or advanced the same. Read again to
 * see what is left to do.
 */
export function isConditionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, CancellationReasons: reasons = [] } = error as Failure;
  return name === 'ConditionalCheckFailedException' || reasons.some(({ Code }) => Code === 'ConditionalCheckFailed');
}
