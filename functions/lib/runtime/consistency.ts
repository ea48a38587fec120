/**
 * How a table is read: `consistent` shows every write that was acknowledged before; `eventual` costs half as much, and
 * may miss writes of the last seconds.
 */
export type Consistency = 'consistent' | 'eventual';

/** Whether a read is consistent, as the parameter `ConsistentRead` says it. */
export const isConsistent = (consistency: Consistency): boolean => consistency === 'consistent';
