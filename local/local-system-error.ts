/** Something on this machine stands in the way. The message says what, and what to do; it is all a user needs to see. */
export class LocalSystemError extends Error {
  override readonly name = 'LocalSystemError';
}
