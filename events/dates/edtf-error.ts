/** A date cannot be taken as it is written; the message says why, in words for whoever wrote it. */
export class EdtfError extends Error {
  override readonly name = 'EdtfError';
}
