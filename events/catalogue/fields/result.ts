import * as z from 'zod';
import { once } from '../../input/once.ts';
import { quantitySchema } from './quantity.ts';
import { textOf } from './text.ts';

const maximumChoiceLength = 200;

/** What one candidate, list or answer received in a vote. */
export const resultSchema = once(() =>
  z
    .strictObject({
      choice: textOf(maximumChoiceLength).describe('The candidate, the list or the answer that people could vote for.'),
      votes: quantitySchema().optional().describe('The votes that it received.'),
      share: quantitySchema().optional().describe('Its share of the valid votes, in percent.'),
      seats: quantitySchema().optional().describe('The seats that it won.'),
    })
    .describe('What one candidate, list or answer received.'),
);
