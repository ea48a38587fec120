import * as z from 'zod';

const votes = z.int().nonnegative();

/** The votes of the members of a body. */
export const votesSchema = z
  .strictObject({ for: votes, against: votes, abstained: votes.optional() })
  .describe('How the members voted.');
