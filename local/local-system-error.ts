/**
 * The local system cannot run. The message says what is wrong and what to do, and is shown to the user without a stack.
 */
export class LocalSystemError extends Error {
  override readonly name = 'LocalSystemError';
}
