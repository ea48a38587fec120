import * as z from 'zod';
import { once } from '../../input/once.ts';

/** The votes of the members of a body. */
export const votesSchema = once(() => {
  const votes = z.int().nonnegative();
  return z.strictObject({ for: votes, against: votes, abstained: votes.optional() }).describe('How the members voted.');
});
