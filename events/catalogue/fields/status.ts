import * as z from 'zod';

/** How sure the newsroom is. */
export const statusSchema = z
  .enum(['planned', 'reported', 'confirmed', 'disputed'])
  .describe('How sure the newsroom is that it happened so.');
