import * as z from 'zod';
import { once } from '../../input/once.ts';

/** How sure the newsroom is. */
export const statusSchema = once(() =>
  z.enum(['planned', 'reported', 'confirmed', 'disputed']).describe('How sure the newsroom is that it happened so.'),
);
