/**
 * How a table is read: `consistent` shows every write that was acknowledged before; `eventual` may miss those of the
 * last second, and costs half of it.
 */
export type Consistency = 'consistent' | 'eventual';

/** The parameter `ConsistentRead` of a read. */
export const isConsistent = (consistency: Consistency): boolean => consistency === 'consistent';
