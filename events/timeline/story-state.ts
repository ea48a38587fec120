import { isRedacted } from '../redaction.ts';
import type { PublishedRevision } from '../revision.ts';
import { type Story, storyIn } from '../story.ts';

/** The description of a story, with its revision. */
export interface DescribedStory extends Story {
  /** Absent if it is not known. */
  readonly revision?: number;
}

/** The newsroom that owns a story, and the position by which it does. */
export interface StoryOwner {
  readonly newsroom: string;
  readonly position: number;
}

/** A story at a position of the record. */
export interface StoryState {
  /** Null if nobody has begun it, or it was withdrawn. */
  readonly owner: StoryOwner | null;
  /** With those that were taken down: a story that has any cannot be withdrawn. */
  readonly entries: number;
  readonly described: DescribedStory | null;
}

/**
 * What a revision does to a story: its event joins it, leaves it or is kept in it without content, or it is a revision
 * of the story itself.
 */
export type StoryStep =
  | {
      readonly kind: 'joined' | 'left' | 'kept';
      readonly story: string;
      readonly position: number;
      readonly newsroom: string;
    }
  | {
      readonly kind: 'revised';
      readonly story: string;
      readonly position: number;
      readonly revision: PublishedRevision;
    };

/** The position of an owner to whom the story was handed over: what was published before does not count any more. */
const beforeAll = 0;

export const newStory: StoryState = { owner: null, entries: 0, described: null };

/** A parked entry may be projected later than entries behind it: its position decides. */
const lowest = (owner: StoryOwner | null, { newsroom, position }: StoryOwner): StoryOwner =>
  owner !== null && owner.position <= position ? owner : { newsroom, position };

function revised(state: StoryState, revision: PublishedRevision): StoryState {
  const { kind, newsroom, position, event } = revision;
  // What was taken down describes nothing. It made its newsroom the owner of the story all the same.
  const described = isRedacted(revision) ? null : { ...storyIn(event), revision: revision.revision };
  if (kind === 'redacted') {
    const isDescribed = state.described !== null && state.owner?.newsroom === newsroom;
    return described === null || isDescribed ? { ...state, described } : state;
  }
  if (kind === 'transferred') return { ...state, owner: { newsroom, position: beforeAll }, described };
  if (kind === 'retracted') {
    const isSound = state.owner?.newsroom === newsroom && state.entries === 0;
    return isSound ? { ...state, owner: null, described: null } : state;
  }
  const owner = lowest(state.owner, { newsroom, position });
  return owner.newsroom === newsroom ? { ...state, owner, described } : state;
}

/**
 * A story after one more step; the same object if the step has no effect. The newsroom with the lowest position owns
 * it, be it by an event or a description. What a newsroom that does not own it says of it has no effect: when it was
 * accepted, the timelines did not show the owner yet.
 */
export function storyAfter(state: StoryState, step: StoryStep): StoryState {
  switch (step.kind) {
    case 'joined':
      return { ...state, owner: lowest(state.owner, step), entries: state.entries + 1 };
    case 'kept':
      return { ...state, entries: state.entries + 1 };
    case 'left':
      return { ...state, entries: state.entries - 1 };
    case 'revised':
      return revised(state, step.revision);
  }
}
