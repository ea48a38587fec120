import * as z from 'zod';
import { maximumListItems } from '../../input/limits.ts';

/** A list in an event, with as many items as one may have. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(maximumListItems);
}
