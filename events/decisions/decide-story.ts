import type { CloudEvent, EventData } from '../event.ts';
import { type EventValues, noValues, valuesOf } from '../event-values.ts';
import { digestOf, eventIdOf } from '../identity.ts';
import { Forbidden, NotFound, RevisionRequired, StaleRevision, StateConflict } from '../input/errors.ts';
import { assertEventSize, maximumRevisionsOfEvent } from '../input/limits.ts';
import { isWholeRedaction, type Redaction } from '../redaction.ts';
import type { Revision } from '../revision.ts';
import { type Story, storySource, storyType } from '../story.ts';
import { assertExpected, beforeFirstRevision, carriedBy, type EventState } from './event-state.ts';

/** A story as the timelines show it. They may be a moment behind the log. */
export interface KnownStory {
  /** The newsroom that owns it; null if none does. */
  readonly owner: string | null;
  readonly entries: number;
}

/** A command about a story. `expected` is the revision of its description that the change builds on. */
export type StoryCommand =
  | {
      readonly kind: 'describe';
      readonly story: string;
      readonly data: object;
      readonly expected?: number;
      /** Fail if the story has a description already. */
      readonly mustBeNew?: boolean;
      readonly newsroom: string;
      readonly known: KnownStory;
    }
  | {
      readonly kind: 'withdraw';
      readonly story: string;
      readonly expected?: number;
      readonly newsroom: string;
      readonly known: KnownStory;
    }
  | {
      readonly kind: 'transfer';
      readonly story: string;
      readonly note: string;
      /** The new owner. */
      readonly newsroom: string;
      /** The description that the timelines show, which stays. */
      readonly description: Story;
      readonly known: KnownStory;
    }
  | {
      readonly kind: 'move';
      /** The new slug. The old one is named nowhere. */
      readonly story: string;
      readonly note: string;
      readonly reason: Redaction['reason'];
      readonly newsroom: string;
      readonly description: Story;
    };

/** SHA-256 of the content of a command about a story. */
export function digestOfStoryCommand(command: StoryCommand): string {
  switch (command.kind) {
    case 'describe':
      return digestOf({ type: storyType, subject: command.story, data: command.data });
    case 'withdraw':
      return digestOf({ kind: 'withdrawn', subject: command.story });
    case 'transfer':
      return digestOf({ kind: 'transferred', subject: command.story, newsroom: command.newsroom });
    case 'move':
      return digestOf({ kind: 'moved', subject: command.story, newsroom: command.newsroom, note: command.note });
  }
}

/**
 * The newsroom that owns a story, as far as it is known. The log alone knows the latest transfer and the first
 * description, the timelines alone know whose event came first.
 */
function ownerOf(latest: Revision | null, { owner }: KnownStory): string | null {
  if (latest?.kind === 'transferred') return latest.newsroom;
  if (owner !== null || latest === null) return owner;
  // A description that was taken down with the slug of its story, which was moved, makes nobody the owner of a story of
  // that name. One that was taken down alone still does, by the word of the timelines.
  return latest.kind === 'retracted' || isWholeRedaction(latest) ? null : latest.newsroom;
}

/**
 * The number of the first revision of a story since its newsroom owns it. Nobody can use up the revisions of a story
 * for those who come to own it later.
 */
function ownedFromOf({ kind, newsroom }: StoryCommand, latest: Revision | null): number {
  if (kind === 'transfer' || kind === 'move' || latest?.newsroom !== newsroom) return (latest?.revision ?? -1) + 1;
  return latest.ownedFrom ?? (latest.kind === 'transferred' ? latest.revision : 0);
}

/**
 * What the next revision carries of earlier ones. If the story was moved, they belong to the story with the other slug,
 * whose followers must learn nothing of this one.
 */
function carriedInStory(story: string, latest: Revision, values: EventValues): Pick<Revision, 'carried'> {
  const isOfAnother = isWholeRedaction(latest) && latest.event.subject !== story;
  return isOfAnother ? {} : carriedBy(latest, values);
}

function nextRevision(command: StoryCommand, data: object, latest: Revision | null, recordedAt: string) {
  const { story, newsroom } = command;
  const event: CloudEvent = {
    specversion: '1.0',
    id: story,
    source: storySource,
    type: storyType,
    subject: story,
    data: data as EventData,
  };
  assertEventSize(event);
  const ownedFrom = ownedFromOf(command, latest);
  return {
    eventId: eventIdOf(storySource, story),
    revision: (latest?.revision ?? -1) + 1,
    event,
    digest: digestOfStoryCommand(command),
    recordedAt,
    newsroom,
    ...(ownedFrom > 0 && { ownedFrom }),
    ...(latest && carriedInStory(story, latest, valuesOf({ event, newsroom }))),
  };
}

/** @throws {StateConflict} when the newsroom has written as many revisions of the story as it may */
function assertMayGrow({ revision, ownedFrom = 0 }: Pick<Revision, 'revision' | 'ownedFrom'>): void {
  if (revision - ownedFrom < maximumRevisionsOfEvent) return;
  const most = `A story has at most ${maximumRevisionsOfEvent} revisions while a newsroom owns it`;
  throw new StateConflict(`${most}, and this one has them.`);
}

function describe(command: StoryCommand & { kind: 'describe' }, state: EventState, recordedAt: string): Revision[] {
  const { data, newsroom, expected, mustBeNew = false, known } = command;
  const { latest } = state;
  const owner = ownerOf(latest, known);
  if (owner !== null && owner !== newsroom) {
    throw new Forbidden(`The newsroom ${owner} owns this story. Only it can describe it.`);
  }
  const next = nextRevision(command, data, latest, recordedAt);
  const { digest } = next;
  // A description that was withdrawn or taken down does not count, nor one by a newsroom that does not own the story.
  const hasNone = latest?.kind === 'retracted' || (latest !== null && isWholeRedaction(latest));
  const current = hasNone || latest?.newsroom !== (owner ?? newsroom) ? null : latest;
  if (!current) {
    if (expected === undefined || expected === beforeFirstRevision || expected === latest?.revision) {
      assertMayGrow(next);
      return [{ ...next, kind: 'recorded' }];
    }
    throw new StaleRevision(
      `There is no revision ${expected}: this story has no description. To write one, leave out If-Match.`,
    );
  }
  if (mustBeNew) {
    throw new StaleRevision(
      `This story has a description already. To change it, send If-Match: "${current.revision}" instead of If-None-Match.`,
      current.revision,
    );
  }
  if (expected !== undefined) {
    // RFC 9110, 13.1.1: a false precondition is no failure if this change was made already.
    const isOwn = expected + 1 >= (current.ownedFrom ?? 0);
    if (isOwn && state.digests[expected + 1] === digest) return [];
    assertExpected(current, expected);
  }
  if (current.digest === digest) return [];
  if (expected === undefined) {
    throw new RevisionRequired(
      `To change the story, send If-Match: "${current.revision}", the current revision.`,
      current.revision,
    );
  }
  assertMayGrow(next);
  return [{ ...next, kind: 'corrected' }];
}

/** Takes the description of a story back. No limit refuses it. */
function withdraw(
  command: StoryCommand & { kind: 'withdraw' },
  { latest }: EventState,
  recordedAt: string,
): Revision[] {
  const { newsroom, expected, known } = command;
  const owner = ownerOf(latest, known);
  const isWithdrawn = latest?.kind === 'retracted';
  const isRetry = expected === undefined || expected + 1 === latest?.revision;
  if (owner === null && isWithdrawn && latest.newsroom === newsroom && isRetry) return [];
  if (!latest || owner === null) throw new NotFound('No newsroom has described this story.');
  if (owner !== newsroom) throw new Forbidden(`The newsroom ${owner} owns this story. Only it can withdraw it.`);
  if (known.entries > 0) {
    throw new StateConflict('The story has entries. Only a story without entries can be withdrawn.');
  }
  if (isWithdrawn && isRetry) return [];
  if (expected !== undefined) assertExpected(latest, expected);
  if (isWithdrawn) return [];
  return [{ ...nextRevision(command, latest.event.data, latest, recordedAt), kind: 'retracted' }];
}

/** Hands a story over to another newsroom. No limit refuses it. */
function transfer(
  command: StoryCommand & { kind: 'transfer' },
  { latest }: EventState,
  recordedAt: string,
): Revision[] {
  const { newsroom, note, description, known } = command;
  const owner = ownerOf(latest, known);
  if (owner === null) throw new NotFound('No newsroom owns this story.');
  if (owner === newsroom) return [];
  return [{ ...nextRevision(command, description, latest, recordedAt), kind: 'transferred', note }];
}

/**
 * Moves a story to this slug: its newsroom owns it, and the redaction of the old slug is on its record. No limit
 * refuses it. Filters that know the old slug match the redaction: all who received the story receive it.
 */
function move(command: StoryCommand & { kind: 'move' }, { latest }: EventState, recordedAt: string): Revision[] {
  const { note, reason, description } = command;
  const owned = nextRevision(command, description, latest, recordedAt);
  const redaction = { reason, revisions: [], slug: true, by: 'operator' } as const;
  return [
    { ...owned, kind: 'transferred', note },
    {
      ...owned,
      revision: owned.revision + 1,
      kind: 'redacted',
      note,
      redaction,
      carried: { ...(owned.carried ?? noValues), removed: true },
    },
  ];
}

/**
 * Decides which revisions a command appends to a story: none if the same command was stored before.
 *
 * @throws {NotFound} when there is nothing to withdraw or to transfer
 * @throws {Forbidden} when another newsroom owns the story
 * @throws {StateConflict} when a story that has entries is withdrawn, or one is described that has as many revisions as
 *   it may have
 * @throws {RevisionRequired} when a change of the description does not say which revision it builds on
 * @throws {StaleRevision} when it builds on another revision than the current one
 */
export function decideStory(command: StoryCommand, state: EventState, recordedAt: string): Revision[] {
  switch (command.kind) {
    case 'describe':
      return describe(command, state, recordedAt);
    case 'withdraw':
      return withdraw(command, state, recordedAt);
    case 'transfer':
      return transfer(command, state, recordedAt);
    case 'move':
      return move(command, state, recordedAt);
  }
}
