import * as z from 'zod';

/** Facets and filters of an event stand in every copy of its card: no list may be longer. */
const maximumItems = 16;

/** A list of at most sixteen items. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(maximumItems);
}
