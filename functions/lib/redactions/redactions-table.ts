import { environment } from '../runtime/environment.ts';
import { type ItemKey, storedItem } from '../runtime/stored-item.ts';
import { listedSchema, openSchema } from './redaction-state.ts';

/**
 * The list of redactions, and how far those that are not done have come. It stands outside the log, which may be
 * restored.
 */
export const redactionsTable = environment('REDACTIONS_TABLE');

const revisionDigits = 6;

/** The partition of all redactions that came into the log. */
export const listPartition = 'LIST';

/** The partition of those that are not done. */
export const openPartition = 'OPEN';

/** The partition of the moves of stories to other slugs. */
export const movesPartition = 'MOVES';

/** The key of the pace at which caches are invalidated. */
export const invalidationsKey = { pk: 'INVALIDATIONS', sk: 'PACE' };

/** The beginning of the sort keys of an event's redactions. */
export const eventPrefix = (eventId: string) => `${eventId}#`;

const sortKeyOf = (eventId: string, revision: number) =>
  eventPrefix(eventId) + String(revision).padStart(revisionDigits, '0');

export const listKey = (eventId: string, revision: number): ItemKey => ({
  pk: listPartition,
  sk: sortKeyOf(eventId, revision),
});

export const openKey = (eventId: string, revision: number): ItemKey => ({
  pk: openPartition,
  sk: sortKeyOf(eventId, revision),
});

export const listedRedactions = storedItem({ kind: 'redaction', version: 1, schema: listedSchema });
export const openRedactions = storedItem({ kind: 'open redaction', version: 1, schema: openSchema });
