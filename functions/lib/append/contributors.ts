import { storyFacet } from '../../../events/filters/facet-keys.ts';
import { storiesOf } from '../../../events/filters/stories-of.ts';
import { Forbidden } from '../../../events/input/errors.ts';
import type { Revision } from '../../../events/revision.ts';
import { count, logger } from '../runtime/observability.ts';
import { within } from '../runtime/within.ts';
import { readCheckpointAndHeads } from '../timelines/heads.ts';

/** With the time that a description takes to the timelines, writers know of it within a minute. */
const believedForMs = 30_000;

/** If the timelines cannot be read, they are asked again after this time. */
const pauseMs = 5_000;

/** The stories that an instance remembers; the one that it has read first is forgotten first. */
const maximumRemembered = 5_000;

/** An append waits this long at most. Usually it takes a few milliseconds. */
const readingTimeoutMs = 500;

/** Who may add events to a story, and when that was read, in epoch milliseconds. */
interface Remembered {
  readonly readAt: number;
  readonly owner: string;
  /** Null if every newsroom may. */
  readonly writers: ReadonlySet<string> | null;
}

const open = { owner: '', writers: null };

/** The number of redactions in progress, as it was last read with the stories. */
let redactionsInProgress = 0;

/**
 * Whether content is being taken down, as far as this instance knows: it learns that within half a minute after the
 * redaction is in the timelines. Nothing is read for it.
 */
export const areRedactionsInProgress = (): boolean => redactionsInProgress > 0;

const remembered = new Map<string, Remembered>();

function remember(story: string, known: Remembered): void {
  remembered.delete(story);
  remembered.set(story, known);
  const [first] = remembered.keys();
  if (remembered.size > maximumRemembered && first !== undefined) remembered.delete(first);
}

async function readStories(stories: readonly string[], now: number): Promise<void> {
  const { checkpoint, heads } = await readCheckpointAndHeads(stories.map(storyFacet));
  redactionsInProgress = checkpoint.erasing ?? 0;
  for (const story of stories) {
    const { owner: { newsroom = '' } = {}, story: described } = heads.get(storyFacet(story)) ?? {};
    const contributors = described?.contributors;
    const writers = contributors ? new Set([newsroom, ...contributors]) : null;
    remember(story, { readAt: now, ...(writers ? { owner: newsroom, writers } : open) });
  }
}

/**
 * An append must not depend on the timelines: if they cannot be read, what is known is believed, and an unknown story
 * is open.
 */
async function readInTime(stories: readonly string[], now: number): Promise<void> {
  try {
    await within(readingTimeoutMs, () => readStories(stories, now));
  } catch (error) {
    count('ContributorsUnread');
    logger.error('Who may add to a story could not be read.', error as Error);
    const readAt = now - believedForMs + pauseMs;
    for (const story of stories) remember(story, { ...(remembered.get(story) ?? open), readAt });
  }
}

/**
 * Those of some stories to which a newsroom may not add events, by their owners: the owner of a story may name the
 * newsrooms that may. It is read at most once in half a minute for each story, so that an append usually is one write
 * and no read. What slips through, the owner can unlist.
 *
 * @param now epoch milliseconds
 * @returns the stories, each with its owner
 */
export async function storiesClosedTo(
  newsroom: string,
  stories: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(stories)];
  const unsure = asked.filter((story) => !(now - (remembered.get(story)?.readAt ?? 0) < believedForMs));
  if (unsure.length > 0) await readInTime(unsure, now);
  const closed = new Map<string, string>();
  for (const story of asked) {
    const { owner, writers } = remembered.get(story) ?? open;
    if (writers && !writers.has(newsroom)) closed.set(story, owner);
  }
  return closed;
}

/** The error for an event that a newsroom may not add to a story. */
export const closedStory = (story: string, owner: string): Forbidden =>
  new Forbidden(
    `The newsroom ${owner} owns the story ${story}, and has named the newsrooms that may add events to it. Yours is not among them.`,
  );

/** Asserts that a newsroom may add events to these stories. @throws {Forbidden} for the first to which it may not */
export async function assertMayAdd(newsroom: string, stories: readonly string[], now: number): Promise<void> {
  const [closed] = await storiesClosedTo(newsroom, stories, now);
  if (closed) throw closedStory(...closed);
}

/**
 * Asserts that a newsroom may add an event to the stories that a revision adds. Those that the event had before are no
 * question.
 *
 * @param latest the revision before it; undefined if it is the first
 * @throws {Forbidden} for the first story to which it may not
 */
export async function assertMayAddStories(latest: Revision | undefined, next: Revision, now: number): Promise<void> {
  const had = latest ? storiesOf(latest.event) : [];
  const added = storiesOf(next.event).filter((story) => !had.includes(story));
  await assertMayAdd(next.newsroom, added, now);
}
