import { describe, expect, test } from '@jest/globals';
import type { PublishedRevision, RevisionKind } from '../../../events/revision.ts';
import { newStory, type StoryState, type StoryStep, storyAfter } from '../../../events/timeline/story-state.ts';

const story = 'karabakh-2020';

const joined = (newsroom: string, position: number): StoryStep => ({ kind: 'joined', story, newsroom, position });
const left = (newsroom: string, position: number): StoryStep => ({ kind: 'left', story, newsroom, position });
const revised = (kind: RevisionKind, newsroom: string, position: number): StoryStep => {
  const revision = { kind, newsroom, position, revision: position, event: { data: { title: `By ${newsroom}` } } };
  return { kind: 'revised', story, position, revision: revision as unknown as PublishedRevision };
};
const describedBy = (newsroom: string, revision: number) => ({ title: `By ${newsroom}`, revision });

const stepsOf = (...steps: StoryStep[]) => ({
  leadTo: (expected: Partial<StoryState>) =>
    expect(steps.reduce(storyAfter, newStory)).toEqual({ ...newStory, ...expected }),
});

describe('a story belongs to', () => {
  test('the newsroom of its first event, and later ones only add to it', () => {
    stepsOf(joined('afp', 3), joined('dpa', 4)).leadTo({ owner: { newsroom: 'afp', position: 3 }, entries: 2 });
  });
  test('the newsroom of its first description', () => {
    stepsOf(revised('recorded', 'afp', 3), joined('dpa', 4)).leadTo({
      owner: { newsroom: 'afp', position: 3 },
      entries: 1,
      described: describedBy('afp', 3),
    });
  });
  test('its newsroom still when no event is left', () => {
    stepsOf(joined('afp', 3), left('afp', 4), joined('dpa', 5), left('dpa', 6)).leadTo({
      owner: { newsroom: 'afp', position: 3 },
    });
  });
  test('the newsroom with the lowest position, also if that was projected last', () => {
    stepsOf(joined('dpa', 4), joined('afp', 3)).leadTo({ owner: { newsroom: 'afp', position: 3 }, entries: 2 });
  });
  test('the newsroom that it was handed over to, whatever is projected afterwards', () => {
    const owner = { newsroom: 'dpa', position: 0 };
    stepsOf(joined('afp', 3), revised('transferred', 'dpa', 4), joined('afp', 2)).leadTo({
      owner,
      entries: 2,
      described: describedBy('dpa', 4),
    });
  });
});

describe('a description', () => {
  test('by another newsroom than the owner has no effect', () => {
    stepsOf(joined('afp', 3), revised('recorded', 'dpa', 4)).leadTo({
      owner: { newsroom: 'afp', position: 3 },
      entries: 1,
    });
  });
  test('by the former owner has no effect once the story was handed over', () => {
    stepsOf(revised('recorded', 'afp', 3), revised('transferred', 'dpa', 4), revised('corrected', 'afp', 5)).leadTo({
      owner: { newsroom: 'dpa', position: 0 },
      described: describedBy('dpa', 4),
    });
  });
  test('replaces the one before', () => {
    stepsOf(joined('afp', 3), revised('recorded', 'afp', 4), revised('corrected', 'afp', 5)).leadTo({
      owner: { newsroom: 'afp', position: 3 },
      entries: 1,
      described: describedBy('afp', 5),
    });
  });
});

test('a step without effect leaves the very same state', () => {
  const owned = [joined('afp', 3)].reduce(storyAfter, newStory);
  for (const step of [revised('recorded', 'dpa', 4), revised('retracted', 'afp', 4), revised('retracted', 'dpa', 4)]) {
    expect(storyAfter(owned, step)).toBe(owned);
  }
});

describe('a withdrawal', () => {
  test('leaves nothing, and the next newsroom owns the story', () => {
    stepsOf(revised('recorded', 'afp', 3), revised('retracted', 'afp', 4)).leadTo({});
    stepsOf(revised('recorded', 'afp', 3), revised('retracted', 'afp', 4), joined('dpa', 5)).leadTo({
      owner: { newsroom: 'dpa', position: 5 },
      entries: 1,
    });
  });
  test('has no effect if an event was published before it, or if it is by another newsroom', () => {
    const owner = { newsroom: 'afp', position: 3 };
    const described = describedBy('afp', 3);
    stepsOf(revised('recorded', 'afp', 3), joined('dpa', 4), revised('retracted', 'afp', 5)).leadTo({
      owner,
      described,
      entries: 1,
    });
    stepsOf(revised('recorded', 'afp', 3), revised('retracted', 'dpa', 4)).leadTo({ owner, described });
  });
});

describe('the description of a story that is taken down', () => {
  const redacted = (newsroom: string, position: number, isWhole: boolean): StoryStep => {
    const step = revised('redacted', newsroom, position) as StoryStep & { kind: 'revised' };
    const redaction = { reason: 'legal', by: 'operator', ...(!isWhole && { revisions: [0] }) } as const;
    return { ...step, revision: { ...step.revision, redaction } };
  };
  const owner = { newsroom: 'afp', position: 3 };

  test('is gone, and the story keeps its owner', () => {
    stepsOf(revised('recorded', 'afp', 3), redacted('afp', 4, true)).leadTo({ owner });
  });
  test('may be written anew', () => {
    stepsOf(revised('recorded', 'afp', 3), redacted('afp', 4, true), revised('corrected', 'afp', 5)).leadTo({
      owner,
      described: describedBy('afp', 5),
    });
  });
  test('of an earlier revision stays, as of the redaction, on which the next one builds', () => {
    stepsOf(revised('recorded', 'afp', 3), redacted('afp', 4, false)).leadTo({
      owner,
      described: describedBy('afp', 4),
    });
  });
  test('had no effect if its newsroom does not own the story, nor has what is left of it', () => {
    stepsOf(revised('recorded', 'afp', 3), redacted('dpa', 4, false)).leadTo({
      owner,
      described: describedBy('afp', 3),
    });
  });
  test('cannot be withdrawn while events of the story are left that were taken down', () => {
    const kept: StoryStep = { kind: 'kept', story, newsroom: 'afp', position: 4 };
    stepsOf(joined('afp', 3), left('afp', 4), kept, revised('retracted', 'afp', 5)).leadTo({ owner, entries: 1 });
  });
});
