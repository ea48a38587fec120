import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { type Card, cardOf } from '../../../events/timeline/card.ts';
import { correctionsOf, publicationsOf } from '../../../events/timeline/projection.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { retryCalls } from '../runtime/retry.ts';
import type { ItemKey } from '../runtime/stored-item.ts';
import { replacePastCard } from '../timelines/cards.ts';
import { correctionKey, putCorrection } from '../timelines/corrections.ts';
import { deleteItems, type ErasedKeys, keysOfCard, putErasedKeys } from '../timelines/erased-keys.ts';
import { publicationKey, putPublications } from '../timelines/publications.ts';

const writesAtOnce = 32;

/** A revision in the log, as it is once the content is gone, and when the next one was published. */
export interface ErasedRevision {
  readonly logged: PublishedRevision;
  readonly clean: PublishedRevision;
  /** The facets of the revision before it; none if its content is taken down. */
  readonly before: readonly string[];
  readonly publishedUntil: string;
}

/** The card of a revision; none for the description of a story. */
export const cardOfAny = (revision: PublishedRevision): Card | null =>
  revision.event.type === storyType ? null : cardOf(revision);

/** The keys of what a revision adds to lists. */
const listedKeysOf = (generation: string, revision: PublishedRevision): ItemKey[] => [
  ...correctionsOf(revision).flatMap((line) => line.facets.map((facet) => correctionKey(generation, facet, line))),
  ...publicationsOf(revision).map((publication) => publicationKey(generation, publication)),
];

function keysOf(generation: string, { logged, clean }: ErasedRevision): ErasedKeys {
  const card = cardOfAny(logged);
  const { items, places } = card ? keysOfCard(generation, card) : { items: [], places: [] };
  const kept = new Set(listedKeysOf(generation, clean).map(({ pk, sk }) => `${pk} ${sk}`));
  const left = listedKeysOf(generation, logged).filter(({ pk, sk }) => !kept.has(`${pk} ${sk}`));
  return { items: [...items, ...left], places };
}

/**
 * Puts the lines of a revision without content into the corrections logs and the lists by publication, over those that
 * it had.
 */
async function putCleanLines(generation: string, { clean, publishedUntil }: ErasedRevision): Promise<void> {
  const publications = publicationsOf(clean).map((publication) => ({ ...publication, publishedUntil }));
  await putPublications(generation, publications);
  const lines = correctionsOf(clean).flatMap((line) => line.facets.map((facet) => ({ facet, line })));
  await inParallel(lines, writesAtOnce, ({ facet, line }) => retryCalls(() => putCorrection(generation, facet, line)));
}

/** Puts the past card of a revision that stays, over one that showed a correction whose note was taken down. */
async function rewritePastCard(generation: string, { clean, publishedUntil }: ErasedRevision): Promise<void> {
  const card = cardOfAny(clean);
  await inParallel(card?.facets ?? [], writesAtOnce, (facet) =>
    retryCalls(() => replacePastCard(generation, { facet, card: card as Card, publishedUntil })),
  );
}

/** Whether a revision may show the last correction before it. */
const mayShowCorrection = ({ kind }: PublishedRevision) => kind === 'unlisted' || kind === 'redacted';

/**
 * Removes the content of a revision from a generation of the timelines, and what its card shows of others without
 * content. The keys are written down before. Tombstones stay for now: they keep late writers from putting cards back.
 *
 * @param position that of the redaction
 * @returns whether the revision was taken down and the log still had its content
 */
export async function eraseRevision(generation: string, position: number, revision: ErasedRevision): Promise<boolean> {
  const { logged, clean } = revision;
  if (logged.redactedBy !== undefined) return false;
  if (clean.redactedBy === undefined) {
    if (logged.correction && !clean.correction) await rewritePastCard(generation, revision);
    return false;
  }
  const keys = keysOf(generation, revision);
  await retryCalls(() => putErasedKeys(generation, position, logged.revision, keys));
  await deleteItems(keys.items);
  await putCleanLines(generation, revision);
  return true;
}

/** Writes again what late writers may have written over: lines without content, and past cards without a correction. */
export async function eraseRevisionAgain(generation: string, revision: ErasedRevision): Promise<void> {
  const { clean } = revision;
  if (clean.redactedBy !== undefined) await putCleanLines(generation, revision);
  else if (mayShowCorrection(clean) && !clean.correction) await rewritePastCard(generation, revision);
}
