import { InvalidInput } from '../../../events/input/errors.ts';
import { feedHead } from './feed.ts';

/**
 * Checks that a position is not beyond the last one that can be requested.
 *
 * @throws {InvalidInput} when it is; the error points at `pointer`
 */
export function assertPosition(position: number, last: number, pointer: string): void {
  if (position <= last) return;
  throw new InvalidInput([{ pointer, detail: `Must be at most ${last}: the record has no later positions yet.` }]);
}

/**
 * The position after which an endpoint receives messages: the last one of the feed, or the one before the requested
 * position.
 *
 * @param from `now`, or the first position to receive
 * @param pointer the JSON pointer to the field that requests it
 * @throws {InvalidInput} when the position is beyond the next one of the feed
 */
export async function positionBefore(from: 'now' | number, pointer: string): Promise<number> {
  const { position: head } = await feedHead();
  if (from === 'now') return head;
  assertPosition(from, head + 1, pointer);
  return Math.max(from - 1, 0);
}

/**
 * Refuses a position that the record has not come to: it is of another system, or of data that is gone, and a client
 * that asked for what follows it would receive nothing for as long as it asked.
 *
 * @throws {InvalidInput} naming `after`
 */
export async function assertReached(after: number): Promise<void> {
  if (after === 0) return;
  const seen = await feedHead('eventual');
  if (seen.position >= after) return;
  // The replica that gave the position may have been ahead of this one.
  const { position } = await feedHead();
  if (position >= after) return;
  const detail = `Is beyond the last position of the record, ${position}. Send the next of the previous response, or 0 to begin.`;
  throw new InvalidInput([{ parameter: 'after', detail }]);
}
