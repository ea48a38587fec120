/** Work on a story failed for a reason that the operator can fix. The message says what is wrong and what to do. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure';
}
