import type { PublishedRevision } from '../../../../events/revision.ts';
import { type PlacedRevision, readContents } from '../../event-log/published.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import { takenDownAmong } from '../../timelines/publications.ts';

/**
 * Reads the contents of published revisions as cards show them, as `readContents`. A revision may show the note of a
 * correction before it, which can be taken down alone: cards lose it at once, and the log when it is blanked, minutes
 * later.
 */
export async function readCardContents(
  generation: string,
  places: readonly PlacedRevision[],
  consistency: Consistency,
): Promise<(place: PlacedRevision) => PublishedRevision> {
  const contentOf = await readContents(places, consistency);
  // Only what was unlisted or redacted after a correction shows one.
  const corrections = new Set(places.flatMap((place) => contentOf(place).correction?.at ?? []));
  const takenDown = corrections.size > 0 ? await takenDownAmong(generation, [...corrections], consistency) : null;
  return (place) => {
    const content = contentOf(place);
    if (!content.correction || !takenDown?.has(content.correction.at)) return content;
    const { correction: _, ...rest } = content;
    return rest;
  };
}
