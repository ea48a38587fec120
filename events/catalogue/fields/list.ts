import * as z from 'zod';
import { maximumListItems } from '../../input/limits.ts';

/** Facets and filters of an event stand in every copy of its card: no list may be longer. */

/** A list of at most sixteen items. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(maximumListItems);
}
