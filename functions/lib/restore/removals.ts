import { type Rename, renameBy } from '../../../events/slug-move.ts';
import { allMoves } from '../redactions/moves.ts';
import type { ListedRedaction } from '../redactions/redaction-state.ts';
import { allListedRedactions, allOpenRedactions } from '../redactions/redactions.ts';

/** What must not come back from a backup: content that was taken down, and the slugs of stories that were moved. */
export interface Removals {
  readonly redactionsOf: (eventId: string) => readonly ListedRedaction[];
  readonly renames: readonly Rename[];
}

/** Reads all of it. An item that cannot be read is an error: nothing may be left out. */
export async function readRemovals(): Promise<Removals> {
  const redactions = new Map<string, ListedRedaction[]>();
  const add = (redaction: ListedRedaction) => {
    const known = redactions.get(redaction.eventId) ?? [];
    if (known.some(({ revision }) => revision === redaction.revision)) return;
    redactions.set(redaction.eventId, [...known, redaction]);
  };
  for await (const redaction of allListedRedactions()) add(redaction);
  for await (const { step, position, next, blankedAt, invalidatedAt, ...redaction } of allOpenRedactions())
    add(redaction);
  return {
    redactionsOf: (eventId) => redactions.get(eventId) ?? [],
    renames: (await allMoves()).map(renameBy),
  };
}
