import { type Redaction, takesDown } from '../../../../events/redaction.ts';
import { readRevision } from '../../event-log/log.ts';
import type { OpenRedaction } from '../../redactions/redaction-state.ts';
import { firstOpenRedactions, openRedactionsOf } from '../../redactions/redactions.ts';
import { inParallel } from '../../runtime/concurrency.ts';

/**
 * So many are read together, for all events. There are seldom any: to find none costs one read unit. If there are more,
 * each event is asked.
 */
const readTogether = 200;

const readsAtOnce = 16;

/** A redaction, and the number of the revision that it is. */
export interface NumberedRedaction {
  readonly revision: number;
  readonly redaction: Redaction;
}

/** Redactions whose content the log may still have, by event. */
export type RedactionsByEvent = ReadonlyMap<string, readonly NumberedRedaction[]>;

async function openAmong(eventIds: ReadonlySet<string>): Promise<OpenRedaction[]> {
  if (eventIds.size > 1) {
    const { open, more } = await firstOpenRedactions(readTogether);
    if (!more) return open.filter(({ eventId }) => eventIds.has(eventId));
  }
  return (await inParallel([...eventIds], readsAtOnce, openRedactionsOf)).flat();
}

/** A redaction is opened before it is appended. If that failed, it takes nothing down. */
async function isInLog({ eventId, revision, step }: OpenRedaction): Promise<boolean> {
  return step !== 'publish' || (await readRevision(eventId, revision))?.redaction !== undefined;
}

/**
 * The redactions of events that were accepted and are not done, also those that have no position yet; read
 * consistently. Until they are done, the log may have what they take down.
 */
export async function redactionsUnderWay(eventIds: Iterable<string>): Promise<RedactionsByEvent> {
  const wanted = new Set(eventIds);
  const byEvent = new Map<string, NumberedRedaction[]>();
  if (wanted.size === 0) return byEvent;
  const open = await openAmong(wanted);
  const accepted = await inParallel(open, readsAtOnce, isInLog);
  for (const [index, { eventId, revision, reason, revisions, by }] of open.entries()) {
    if (!accepted[index]) continue;
    const redaction = { reason, by, ...(revisions && { revisions }) };
    byEvent.set(eventId, [...(byEvent.get(eventId) ?? []), { revision, redaction }]);
  }
  return byEvent;
}

/**
 * Whether the log may still have content, or traces of it, that a redaction under way removes from a revision or before
 * it.
 */
export function isBeingTakenDown(
  { eventId, revision }: { readonly eventId: string; readonly revision: number },
  underWay: RedactionsByEvent,
): boolean {
  return underWay.get(eventId)?.some((redaction) => revision < redaction.revision) ?? false;
}

/** The last of some redactions that takes a revision down. */
export function lastTakingDown(
  redactions: readonly NumberedRedaction[],
  revision: { readonly revision: number },
): NumberedRedaction | undefined {
  return redactions
    .filter((redaction) => takesDown(redaction, revision))
    .sort((one, other) => other.revision - one.revision)[0];
}
