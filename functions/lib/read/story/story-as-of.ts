import { parseRange } from '../../../../events/dates/range.ts';
import type { Story } from '../../../../events/story.ts';
import { describedBy } from '../../timelines/descriptions.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import { firstPublishedIn } from '../../timelines/publications.ts';
import { readMatches } from '../cards/matches.ts';
import type { Snapshot } from '../cards/snapshot.ts';

/** A story as it was at an instant. */
export interface StoryThen {
  readonly facet: string;
  readonly described: Story | null;
}

type Then = Pick<Snapshot, 'checkpoint' | 'moment' | 'consistency'>;

async function hadEntries(head: FacetHead, { checkpoint, moment, consistency }: Then): Promise<boolean> {
  const { matches } = await readMatches({
    generation: checkpoint.generation,
    heads: [head],
    accepts: () => true,
    range: parseRange({}),
    descending: false,
    limit: 1,
    asOf: moment,
    after: null,
    consistency,
  });
  return matches.length > 0;
}

/**
 * A story as it was at the moment of a snapshot; null if there was none. It existed if it was described, or an event
 * was published in it. After its description was taken back, it exists if it has entries.
 *
 * @param head the head of its facet, of this moment or later
 */
export async function storyAsOf(head: FacetHead, then: Then): Promise<StoryThen | null> {
  const { facet } = head;
  const { checkpoint, moment, consistency } = then;
  const described = await describedBy(checkpoint.generation, facet, moment, consistency);
  if (described) return { facet, described };
  const existed =
    described === null
      ? await hadEntries(head, then)
      : (await firstPublishedIn(checkpoint.generation, facet, moment, consistency)) !== null;
  return existed ? { facet, described: null } : null;
}
