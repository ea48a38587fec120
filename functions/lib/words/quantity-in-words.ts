import type * as z from 'zod';
import type { quantitySchema } from '../../../events/catalogue/fields/quantity.ts';
import type { Words } from './words.ts';

type Quantity = z.infer<ReturnType<typeof quantitySchema>>;

/**
 * A figure with its qualifier and unit, as far as it is known.
 *
 * @param reporter whose figure it is; null if the event does not say
 * @example 'nearly 2,000 soldiers'
 */
export function quantityInWords(quantity: Quantity, words: Words, reporter: string | null): string {
  const { low, best, high, qualifier, unit } = quantity;
  const { figures } = words;
  const { number, one, range, atLeast, atMost, counted } = figures;
  const [least, most] = [low, high].map((value) => (value === undefined ? undefined : number(value)));
  const bounds = (by: Quantity['qualifier']) => {
    if (least !== undefined && most !== undefined) return range[by](least, most);
    return least === undefined ? atMost[by](most ?? '') : atLeast[by](least);
  };
  const figure = counted(best === undefined ? bounds(qualifier) : one[qualifier](number(best)), unit);
  const remarks = [
    // The qualifier is about the best figure, so the bounds have none.
    ...(best === undefined || (least === undefined && most === undefined) ? [] : [bounds('exact')]),
    ...(reporter === null ? [] : [figures.reportedBy(reporter)]),
  ];
  return remarks.length === 0 ? figure : `${figure} (${words.listed(remarks)})`;
}
