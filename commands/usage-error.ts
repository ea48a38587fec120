/** The command line says something that the command does not understand. The message is for the one who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
