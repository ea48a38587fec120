import type { Snapshot } from '../../read/cards/snapshot.ts';
import { firstPublishedIn } from '../../timelines/publications.ts';

/** When the first event of a story was published, RFC 3339; null if none was by the moment of the snapshot. */
export const firstPublished = (facet: string, { checkpoint, moment, consistent }: Snapshot): Promise<string | null> =>
  firstPublishedIn(checkpoint.generation, facet, moment, consistent);
