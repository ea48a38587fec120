import { assertPatchSize } from '../events/input/limits.ts';
import type { Revision } from '../events/revision.ts';
import { assertMayAdd } from './lib/append/contributors.ts';
import { correctionSchema } from './lib/append/revision-bodies.ts';
import { revisionRoute } from './lib/append/revision-route.ts';

/** Asserts that the newsroom may add the event to the stories that the correction adds. Those that it had before are no question. */
async function assertMayAddStories(latest: Revision | undefined, corrected: Revision, now: number): Promise<void> {
  const had = latest?.event.data.stories ?? [];
  const added = (corrected.event.data.stories ?? []).filter((story) => !had.includes(story));
  await assertMayAdd(corrected.newsroom, added, now);
}

/** Appends a correction: the new content of an event, with a note that says why. */
export const handler = revisionRoute(
  correctionSchema,
  (body, common) => {
    assertPatchSize(body.data, '/data');
    return { kind: 'correct', ...body, ...common };
  },
  assertMayAddStories,
);
