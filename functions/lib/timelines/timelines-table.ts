import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { environment } from '../runtime/environment.ts';

/** The table that readers read: a pure function of the feed, by generation. Its keys are named here and nowhere else. */
export const timelinesTable = environment('TIMELINES_TABLE');

export type Item = Record<string, AttributeValue>;

/** The projection that readers see, and the one that is to take its place: each has its own checkpoint and generation. */
export type Projection = 'PROJECT' | 'REBUILD';

export const checkpointKey = (projection: Projection) => ({ pk: 'META', sk: projection });

/** Digits of a past card's revision in its sort key. */
export const revisionDigits = 6;

/** DynamoDB lets a sort key have so many bytes: nothing ever was in a facet of a longer name. */
export const maximumFacetBytes = 1_024;

export const headsKey = (generation: string) => `${generation}#HEADS`;
export const headKey = (generation: string, facet: string) => ({ pk: headsKey(generation), sk: facet });
export const headKeys = (generation: string, facets: readonly string[]) =>
  facets.filter((facet) => Buffer.byteLength(facet) <= maximumFacetBytes).map((facet) => headKey(generation, facet));
export const cardsKey = (generation: string, facet: string) => `${generation}#${facet}`;
export const pastKey = (generation: string, facet: string) => `${generation}#H#${facet}`;
export const correctionsKey = (generation: string, facet: string) => `${generation}#C#${facet}`;

/** All partitions of a facet but that of its head. */
export const partitionsOf = (generation: string, facet: string) => [
  cardsKey(generation, facet),
  pastKey(generation, facet),
  correctionsKey(generation, facet),
];

/** What remembers that a generation is to be removed. */
export const retiredKey = (generation: string) => ({ pk: 'META', sk: `RETIRED#${generation}` });

/** The generation that an item belongs to; null if it belongs to none. */
export const generationOf = (pk: string): number | null => (/^\d+#/.test(pk) ? Number.parseInt(pk, 10) : null);
