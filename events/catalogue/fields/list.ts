import * as z from 'zod';
import { maximumListItems } from '../../input/limits.ts';

/** Every copy of a card stores the facets and filter values of its event, so lists must be short. */

/** A list of at most sixteen items. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(maximumListItems);
}
