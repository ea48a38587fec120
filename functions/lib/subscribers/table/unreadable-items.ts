import { logger } from '../../runtime/observability.ts';
import { type Item, UnreadableItem } from '../../runtime/stored-item.ts';

/*
 * An item that cannot be read (`UnreadableItem`) must not keep other endpoints from being served. What concerns its
 * endpoint alone fails: its worker, its deliveries, requests for it. What concerns several endpoints goes on without
 * it: the sweep, fan-out, lists.
 */

/**
 * Logs that an item cannot be read.
 *
 * @throws {Error} any other error
 */
export function logUnreadable(error: unknown): void {
  if (!(error instanceof UnreadableItem)) throw error;
  logger.error(error.message, error);
}

/** The values of the items that can be read. The others are logged and left out. */
export function readableOf<Value>(items: readonly Item[], read: (item: Item) => Value): Value[] {
  return items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      logUnreadable(error);
      return [];
    }
  });
}
