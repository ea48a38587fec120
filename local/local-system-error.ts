/** The local system cannot run. The message says what is wrong and what to do; a user needs to see nothing else. */
export class LocalSystemError extends Error {
  override readonly name = 'LocalSystemError';
}
