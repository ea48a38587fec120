import * as z from 'zod';
import { maximumListItems } from '../../input/limits.ts';

interface ListOptions {
  /** The fewest items. Default: 0. */
  readonly minimum?: number;
}

/**
 * A list in an event, with as many items as one may have. No item of a longer list is looked at.
 *
 * @param item makes the schema of an item, when a list is first parsed
 */
export function listOf<Item extends z.ZodType>(item: () => Item, { minimum = 0 }: ListOptions = {}) {
  const items = z.array(z.lazy(item)).max(maximumListItems);
  return z.preprocess<z.infer<typeof items>, typeof items, z.input<typeof items>>(
    (list, context) => {
      if (Array.isArray(list) && list.length > maximumListItems) {
        context.addIssue({ code: 'too_big', maximum: maximumListItems, origin: 'array', inclusive: true, input: list });
      }
      return list as z.infer<typeof items>;
    },
    minimum > 0 ? items.min(minimum) : items,
  );
}
