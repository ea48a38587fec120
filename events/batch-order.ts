/** What became of an event of a batch. */
interface Result {
  readonly outcome: string;
}

/**
 * The event of a batch that its next one follows, so that the batch is published in its order: the last one that is new. What was stored
 * before has most likely been published, so an event that follows it need not wait for those before it. Only where none is new is it the
 * last one that was stored before: the batch may be sent again since it was interrupted.
 *
 * @returns undefined if nothing of the batch is in the record
 */
export const lastInOrder = <Of extends Result>(results: readonly Of[]): Of | undefined =>
  results.findLast(({ outcome }) => outcome === 'created') ?? results.findLast(({ outcome }) => outcome === 'replayed');
