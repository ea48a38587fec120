import { InvalidInput } from '../../../events/input/errors.ts';
import { feedHead } from '../event-log/feed.ts';

/**
 * That the feed has come to a position.
 *
 * @param head the last position that there is
 * @throws {InvalidInput}
 */
export function assertPosition(position: number, head: number, pointer: string): void {
  if (position <= head) return;
  throw new InvalidInput([{ pointer, detail: `Is a position that there is not yet: the last is ${head}.` }]);
}

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
  assertPosition(from - 1, head, pointer);
  return Math.max(from - 1, 0);
}
