import { InvalidInput } from '../../../events/input/errors.ts';
import { feedHead } from '../event-log/feed.ts';

/**
 * Refuses a position that the record has not come to: it is of another system, or of data that is gone, and a client that asked
 * for what follows it would be told nothing for as long as it asked.
 *
 * @throws {InvalidInput} naming `after`
 */
export async function assertReached(after: number): Promise<void> {
  if (after === 0) return;
  const seen = await feedHead(false);
  if (seen.position >= after) return;
  // The replica that gave the position may have been ahead of this one.
  const { position } = await feedHead();
  if (position >= after) return;
  const detail = `Is beyond the last position of the record, ${position}. Send the next of the previous response, or 0 to begin.`;
  throw new InvalidInput([{ parameter: 'after', detail }]);
}
