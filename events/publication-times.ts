import type { Place } from './revision.ts';

/** Revisions in a block. A marker stores the times of its own block, and the first time of each block. */
const blockSize = 32;

/**
 * The times at which revisions of an event were published, in the marker of one of them: the first time of each block
 * of 32, and all times of the last block up to that revision. Epoch milliseconds. An event of a thousand revisions has
 * about 64 of these numbers, and two markers are enough to find any revision by its time.
 */
export interface PublicationTimes {
  readonly blocks: readonly number[];
  readonly lastBlock: readonly number[];
}

/** Before the first revision. */
export const noTimes: PublicationTimes = { blocks: [], lastBlock: [] };

/** The times after one more revision. */
export function withTime({ blocks, lastBlock }: PublicationTimes, { publishedAt }: Pick<Place, 'publishedAt'>) {
  const time = Date.parse(publishedAt);
  const isFull = lastBlock.length % blockSize === 0;
  return isFull
    ? { blocks: [...blocks, time], lastBlock: [time] }
    : { blocks: [...blocks], lastBlock: [...lastBlock, time] };
}

/** The instant one millisecond before another, both RFC 3339: no two revisions are published in one millisecond. */
export const justBefore = (instant: string): string => new Date(Date.parse(instant) - 1).toISOString();

/** When the first revision was published; epoch milliseconds. */
export const firstTime = ({ blocks }: PublicationTimes): number => blocks[0] as number;

/** The number of a revision, or the revision whose marker has the time. */
export type Found = { readonly revision: number } | { readonly marker: number };

/**
 * Finds the last revision that was published by an instant.
 *
 * @param times the times in the marker of the latest revision, or in the marker that an earlier call returned
 * @param instant epoch milliseconds
 * @returns null if the event was not published yet
 */
export function revisionAt({ blocks, lastBlock }: PublicationTimes, instant: number): Found | null {
  const block = blocks.findLastIndex((time) => time <= instant);
  if (block < 0) return null;
  if (block < blocks.length - 1) return { marker: (block + 1) * blockSize - 1 };
  return { revision: block * blockSize + lastBlock.findLastIndex((time) => time <= instant) };
}
