/** Names and codes of failures of AWS and of the network that are gone a moment later. */
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

/** Reasons of a cancelled transaction (DynamoDB API Reference, TransactWriteItems) that may be gone at the next try. */
const transientReasons = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** A read saw a part of what is there, as a read beside a transaction may: the next one will see all of it. */
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
 * Whether a failure may be gone at the next try: throttling, contention, a server's fault, the network. All else, a refused
 * item or a mistake of ours, would fail for ever.
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
 * Whether a conditional write found that somebody else was there before: another instance placed, projected or advanced
 * the same. What is left to do is seen by reading again.
 */
export function isConditionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, CancellationReasons: reasons = [] } = error as Failure;
  return name === 'ConditionalCheckFailedException' || reasons.some(({ Code }) => Code === 'ConditionalCheckFailed');
}
