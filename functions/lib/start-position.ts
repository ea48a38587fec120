import { InvalidInput } from '../../events/errors.ts';
import { feedHead } from './event-log.ts';

/**
 * The position before the one to begin at.
 *
 * @param from what is published from now on, or a position
 * @param pointer to the field that says so
 * @throws {InvalidInput} if the feed has not come near that position
 */
export async function positionBefore(from: 'now' | number, pointer: string): Promise<number> {
  const { position: head } = await feedHead();
  if (from === 'now') return head;
  if (from > head + 1) {
    throw new InvalidInput([{ pointer, detail: `Is a position that there is not yet: the last is ${head}.` }]);
  }
  return Math.max(from - 1, 0);
}
