import type { EventProjection, Slot } from '../../../events/timeline/projection.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { retryCalls } from '../runtime/retry.ts';
import { putCards, putNewCards, putPastCards, putTombstones } from '../timelines/cards.ts';
import { putCorrection } from '../timelines/corrections.ts';
import { putPublications } from '../timelines/publications.ts';

const writesAtOnce = 32;

/**
 * Puts the cards of a projection. Nothing is at the places of a first revision, nor of the first one after it if that
 * moves the event; a later one may bring it back to a place that it had.
 */
async function writeCards(generation: string, { cards, before, after }: EventProjection): Promise<void> {
  const isNewPlace = !before || before.revision === 0;
  const hasMoved = before?.order !== after?.order || before?.spanClass !== after?.spanClass;
  const isNew = ({ facet }: Slot) => isNewPlace && (hasMoved || !before?.facets.includes(facet));
  await putNewCards(generation, cards.filter(isNew));
  await putCards(
    generation,
    cards.filter((slot) => !isNew(slot)),
  );
}

/**
 * Writes a projection, idempotently. Past cards come first, so that a reader who finds a card replaced also finds the
 * card that it replaced. Corrections come last, so that an entry whose card cannot be written, and which is parked,
 * leaves no correction.
 */
export async function writeProjection(generation: string, projection: EventProjection): Promise<void> {
  const { past, tombstones, corrections, publications, latest } = projection;
  await putPastCards(generation, past);
  await writeCards(generation, projection);
  await putTombstones(generation, tombstones, latest);
  const lines = corrections.flatMap((correction) => correction.facets.map((facet) => ({ facet, correction })));
  await inParallel(lines, writesAtOnce, ({ facet, correction }) =>
    retryCalls(() => putCorrection(generation, facet, correction)),
  );
  await putPublications(generation, publications);
}
