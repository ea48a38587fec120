import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { environment } from './environment.ts';

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

export const headKey = (generation: string, facet: string) => ({ pk: `${generation}#HEADS`, sk: facet });
export const headKeys = (generation: string, facets: readonly string[]) =>
  facets.filter((facet) => Buffer.byteLength(facet) <= maximumFacetBytes).map((facet) => headKey(generation, facet));
export const cardsKey = (generation: string, facet: string) => `${generation}#${facet}`;
export const pastKey = (generation: string, facet: string) => `${generation}#H#${facet}`;
export const correctionsKey = (generation: string, facet: string) => `${generation}#C#${facet}`;
