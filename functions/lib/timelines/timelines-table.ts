import { maximumFacetBytes } from '../../../events/input/limits.ts';
import { environment } from '../runtime/environment.ts';
import { positionKey } from '../runtime/position-key.ts';

/**
 * The table that readers read: a pure function of the feed, by generation. Its keys are named here and nowhere else.
 */
export const timelinesTable = environment('TIMELINES_TABLE');

/** Characters of an RFC 3339 instant in UTC with milliseconds. */
const instantLength = 24;

/** The timelines that readers see, and those of a rebuild. Each has its own checkpoint and generation. */
export type Projection = 'PROJECT' | 'REBUILD';

export const checkpointKey = (projection: Projection) => ({ pk: 'META', sk: projection });

/** The partition of the attempts at entries that failed before. */
export const attemptsPartition = (projection: Projection) => `ATTEMPTS#${projection}`;

/** The key of the lease of the function that takes content out of the log. No rebuild begins meanwhile. */
export const blankingKey = { pk: 'META', sk: 'BLANKING' };

/** The key of the item that says that a generation must be removed. */
export const retiredKey = (generation: string) => ({ pk: 'META', sk: `RETIRED#${generation}` });

/** Every chunk of the projection writes heads: one partition alone, with 1,000 write units a second, would limit it. */
const headPartitions = 8;

/** FNV-1a of a facet: the partition of its head. */
function headPartitionOf(facet: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(facet)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % headPartitions;
}

const headsKey = (generation: string, partition: number) => `${generation}#HEADS#${partition}`;

/** The partitions of all heads of a generation. */
export const headsKeys = (generation: string): string[] =>
  Array.from({ length: headPartitions }, (_, partition) => headsKey(generation, partition));

export const headKey = (generation: string, facet: string) => ({
  pk: headsKey(generation, headPartitionOf(facet)),
  sk: facet,
});
export const headKeys = (generation: string, facets: readonly string[]) =>
  facets.filter((facet) => Buffer.byteLength(facet) <= maximumFacetBytes).map((facet) => headKey(generation, facet));

/** The events with parked entries, by id. */
export const parkedEventsKey = (generation: string) => `${generation}#PARKED`;
export const parkedEventKey = (generation: string, eventId: string) => ({
  pk: parkedEventsKey(generation),
  sk: eventId,
});

/** The parked entries of one event, by position. */
export const parkedPartition = (generation: string, eventId: string) => `${generation}#PARKED#${eventId}`;
export const parkedKey = (generation: string, eventId: string, position: number) => ({
  pk: parkedPartition(generation, eventId),
  sk: positionKey(position),
});

/** The facets that parked entries may change, each with the position of the entry. */
export const parkedFacetsKey = (generation: string) => `${generation}#PARKED#F`;
export const parkedFacetPrefix = (facet: string) => `${facet}#`;
export const parkedFacetKey = (generation: string, facet: string, position: number) => ({
  pk: parkedFacetsKey(generation),
  sk: parkedFacetPrefix(facet) + positionKey(position),
});

/** The redactions whose content must be removed from a generation. */
export const erasingKey = (generation: string) => `${generation}#ERASING`;

/**
 * How far the removal has come. Later stages sort before earlier ones, and within a stage the oldest redaction comes
 * first.
 */
export type ErasingStage = 'OPEN' | 'AGAIN';

export const erasingStagePrefix = (stage: ErasingStage) => `${stage}#`;
export const erasingTaskKey = (generation: string, stage: ErasingStage, position: number) => ({
  pk: erasingKey(generation),
  sk: erasingStagePrefix(stage) + positionKey(position),
});

/** The keys that the content of a redacted event was stored at, by revision. */
export const erasedKeysKey = (generation: string, position: number) => `${generation}#ERASING#${position}`;

const cardsKey = (generation: string, facet: string) => `${generation}#${facet}`;
const pastCardsKey = (generation: string, facet: string) => `${generation}#H#${facet}`;
/** What was published in a facet, by when it was. */
export const publicationsKey = (generation: string, facet: string) => `${generation}#N#${facet}`;
/** Sorts before every instant, and after the keys of an earlier version, which were positions. */
export const firstPublicationSortKey = '1';

export const correctionsKey = (generation: string, facet: string) => `${generation}#C#${facet}`;

/** The descriptions of a story, by when they were published. */
export const descriptionsKey = (generation: string, facet: string) => `${generation}#D#${facet}`;

/** Cards of long spans a second time, by when they end; and past ones. */
const cardsByEndKey = (generation: string, facet: string) => `${generation}#Z#${facet}`;
const pastCardsByEndKey = (generation: string, facet: string) => `${generation}#Y#${facet}`;

/** The partition of a list of cards. */
export function listKey(generation: string, facet: string, { past, byEnd }: { past: boolean; byEnd: boolean }): string {
  if (byEnd) return (past ? pastCardsByEndKey : cardsByEndKey)(generation, facet);
  return (past ? pastCardsKey : cardsKey)(generation, facet);
}

/** All partitions of a facet, except that of its head. */
export const partitionsOf = (generation: string, facet: string) => [
  cardsKey(generation, facet),
  pastCardsKey(generation, facet),
  cardsByEndKey(generation, facet),
  pastCardsByEndKey(generation, facet),
  correctionsKey(generation, facet),
  publicationsKey(generation, facet),
  descriptionsKey(generation, facet),
];

export const cardSortKey = (spanClass: string, order: string) => `${spanClass}#${order}`;

/** The past cards of one place in a list are sorted by when they were published. */
export const pastCardSortKey = (spanClass: string, order: string, publishedAt: string) =>
  `${cardSortKey(spanClass, order)}#${publishedAt}`;

/** The order in the sort key of a card: the part after the span class. */
export const orderOfCard = (sk: string) => sk.slice(2);

/** The order in the sort key of a past card: the part between the span class and the instant. */
export const orderOfPastCard = (sk: string) => sk.slice(2, -1 - instantLength);

/** The generation that an item belongs to; null for a checkpoint or a retired generation. */
export const generationOf = (pk: string): number | null => (/^\d+#/.test(pk) ? Number.parseInt(pk, 10) : null);
