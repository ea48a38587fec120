import * as z from 'zod';
import { once } from '../../input/once.ts';
import { textOf } from './text.ts';

const maximumUnitLength = 100;

/** A number, as far as it is known: "nearly 2,000" is `{ "best": 2000, "qualifier": "nearly", "unit": "soldiers" }`. */
export const quantitySchema = once(() =>
  z
    .strictObject({
      low: z.number().optional(),
      best: z.number().optional(),
      high: z.number().optional(),
      qualifier: z.enum(['exact', 'about', 'nearly', 'upTo', 'moreThan']).describe('How exact the best figure is.'),
      unit: textOf(maximumUnitLength).describe('What is counted, such as `soldiers`.'),
    })
    .refine(({ low, best, high }) => low !== undefined || best !== undefined || high !== undefined, {
      error: 'Must hold at least one figure: low, best or high.',
      abort: true,
    })
    .refine(({ low = -Infinity, best = low, high = Infinity }) => low <= best && best <= high, {
      error: 'Must be in rising order: low, best, high.',
    })
    .describe('A number as far as it is known: at least one of `low`, `best` and `high`, in rising order.'),
);
