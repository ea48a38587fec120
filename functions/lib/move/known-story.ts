import { storyFacet } from '../../../events/filters/facet-keys.ts';
import { StoryFailure } from './story-failure.ts';

/** Sequences and projects what is not in the timelines yet of a story's own revisions, as the functions do. */
export async function catchUp(eventId: string): Promise<void> {
  const { follow } = await import('../event-log/follower.ts');
  const { projector } = await import('../project/projector.ts');
  const { sequence } = await import('../sequence/sequencer.ts');
  const { failures } = await sequence([eventId]);
  const [failure] = failures;
  if (failure) throw new StoryFailure(`The story cannot be sequenced: ${(failure.reason as Error).message}`);
  await follow(
    projector(async ({ sk }, reason) => {
      // To park an entry is for the functions, which raise an alarm.
      throw new StoryFailure(`Position ${Number(sk)} cannot be projected: ${(reason as Error).message}`);
    }),
    () => Number.POSITIVE_INFINITY,
  );
}

/** The head of the story's timeline; undefined if there is none. */
export async function readHead(story: string) {
  const { readCheckpoint } = await import('../timelines/checkpoint.ts');
  const { readHeads } = await import('../timelines/heads.ts');
  const { generation } = await readCheckpoint();
  return (await readHeads(generation, [storyFacet(story)], 'consistent')).get(storyFacet(story));
}
