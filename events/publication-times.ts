import type { Place } from './revision.ts';

/** Revisions of one block. A marker holds the times of its own block, and when each block began. */
const blockSize = 32;

/**
 * When the revisions of an event were published, as the marker of one of them knows it: the first of each block of 32, and all of
 * the last block up to that one. Epoch milliseconds. An event of a thousand revisions has about 64 of these numbers, and any
 * revision is found by its time with two markers.
 */
export interface PublicationTimes {
  readonly blocks: readonly number[];
  readonly lastBlock: readonly number[];
}

/** Before the first revision. */
export const noTimes: PublicationTimes = { blocks: [], lastBlock: [] };

/** The times once one more revision is published. */
export function withTime({ blocks, lastBlock }: PublicationTimes, { publishedAt }: Pick<Place, 'publishedAt'>) {
  const time = Date.parse(publishedAt);
  const isFull = lastBlock.length % blockSize === 0;
  return isFull
    ? { blocks: [...blocks, time], lastBlock: [time] }
    : { blocks: [...blocks], lastBlock: [...lastBlock, time] };
}

/** When the first revision was published; epoch milliseconds. */
export const firstTime = ({ blocks }: PublicationTimes): number => blocks[0] as number;

/** Where to find the revision of an instant: its number, or the marker that knows it. */
export type Found = { readonly revision: number } | { readonly marker: number };

/**
 * Finds the last revision that was published by an instant.
 *
 * @param times of the marker of the latest revision, or of the marker that an earlier call named
 * @param instant epoch milliseconds
 * @returns null if the event was not published yet
 */
export function revisionAt({ blocks, lastBlock }: PublicationTimes, instant: number): Found | null {
  const block = blocks.findLastIndex((time) => time <= instant);
  if (block < 0) return null;
  if (block < blocks.length - 1) return { marker: (block + 1) * blockSize - 1 };
  return { revision: block * blockSize + lastBlock.findLastIndex((time) => time <= instant) };
}
