import { extentOf } from '../dates/when.ts';
import { type CloudEvent, type EventData, validateData } from '../event.ts';
import { valuesOf } from '../event-values.ts';
import { digestOf, eventIdOf } from '../identity.ts';
import { Conflict, Forbidden, InvalidInput, NotFound, NotPublishedYet } from '../input/errors.ts';
import { assertEventSize } from '../input/limits.ts';
import { isWholeRedaction } from '../redaction.ts';
import type { Revision, RevisionReference } from '../revision.ts';
import { storyType } from '../story.ts';
import { acknowledgementOf } from './acknowledgement.ts';
import { fieldsChanged } from './changes.ts';
import { decideRedaction, digestOfRedaction, type RedactCommand, redactedError } from './decide-redaction.ts';
import { decideStory, digestOfStoryCommand, type StoryCommand } from './decide-story.ts';
import { assertExpected, assertMayGrow, carriedBy, type EventState } from './event-state.ts';
import { mergePatch } from './merge-patch.ts';
import { meaningOfPut, type PutCommand } from './put-event.ts';

/** A command of a newsroom or the operator. `expected` is the revision that the change builds on. */
export type Command =
  | {
      readonly kind: 'record';
      readonly event: CloudEvent;
      readonly newsroom: string;
      /** What its newsroom sent before it. It is no part of the content: a retry may name another revision, or none. */
      readonly follows?: RevisionReference;
    }
  | {
      readonly kind: 'correct';
      readonly note: string;
      readonly data: object;
      readonly expected: number;
      readonly newsroom: string;
    }
  | { readonly kind: 'retract'; readonly note: string; readonly expected: number; readonly newsroom: string }
  | {
      readonly kind: 'unlist';
      readonly story: string;
      readonly note: string;
      readonly newsroom: string;
      /** The newsroom that owns the story; null if none does. */
      readonly owner: string | null;
      /** The latest published revision. */
      readonly published: RevisionReference & { readonly publishedAt: string };
    }
  | PutCommand
  | RedactCommand
  | StoryCommand;

/** SHA-256 of the content of a command, whatever the order of its fields: equal for a command and its retry. */
export function digestOfCommand(command: Command): string {
  switch (command.kind) {
    case 'record':
    case 'put': {
      const { type, subject, data } = command.event;
      return digestOf({ type, subject, data });
    }
    case 'correct':
      return digestOf({ kind: 'corrected', note: command.note, data: command.data });
    case 'retract':
      return digestOf({ kind: 'retracted', note: command.note });
    case 'unlist':
      return digestOf({ kind: 'unlisted', story: command.story });
    case 'redact':
      return digestOfRedaction(command);
    default:
      return digestOfStoryCommand(command);
  }
}

function record(command: Command & { kind: 'record' }, state: EventState, recordedAt: string): Revision[] {
  const { event, newsroom, follows } = command;
  const digest = digestOfCommand(command);
  const eventId = eventIdOf(event.source, event.id);
  if (state.latest) {
    if (state.latest.redactedBy !== undefined) throw redactedError(state.latest);
    if (state.digests[0] === digest) return [];
    throw new Conflict(
      'An event with other content has this id. Correct that event, or post this one under another id.',
      acknowledgementOf(state.latest),
    );
  }
  assertEventSize(event);
  const extent = extentOf(event.data.when);
  return [
    {
      eventId,
      revision: 0,
      kind: 'recorded',
      event,
      digest,
      recordedAt,
      newsroom,
      extent,
      ...(follows && { follows }),
    },
  ];
}

/**
 * The latest revision of an event that a newsroom may change; undefined if this change was stored before.
 *
 * @throws {NotFound} when the newsroom has no such event
 * @throws {Conflict} when the event was retracted
 * @throws {Redacted} when it was taken down
 * @throws {StaleRevision} when the change builds on another revision
 */
function changeable(command: Command & { expected: number }, state: EventState, digest: string): Revision | undefined {
  const { latest } = state;
  if (!latest || latest.newsroom !== command.newsroom || latest.event.type === storyType) {
    throw new NotFound('Your newsroom has no event with this id.');
  }
  if (isWholeRedaction(latest)) throw redactedError(latest);
  if (state.digests[command.expected + 1] === digest) return undefined;
  if (latest.kind === 'retracted') {
    throw new Conflict(
      'This event was retracted, which is final. Post a new event under a new id.',
      acknowledgementOf(latest),
    );
  }
  assertExpected(latest, command.expected);
  return latest;
}

function correct(command: Command & { kind: 'correct' }, state: EventState, recordedAt: string): Revision[] {
  const { note, newsroom } = command;
  const digest = digestOfCommand(command);
  const latest = changeable(command, state, digest);
  if (!latest) return [];
  assertMayGrow(latest);
  const data = mergePatch(latest.event.data, command.data) as EventData;
  const event = { ...latest.event, data };
  assertEventSize(event);
  validateData(latest.event.type, data, '/data', latest.event.subject);
  const changed = fieldsChanged(latest.event, event);
  if (changed.length === 0) {
    throw new InvalidInput([{ pointer: '/data', detail: 'Changes nothing. Send the fields that change.' }]);
  }
  const extent = extentOf(data.when);
  const kept = { extent, ...(latest.unlisted && { unlisted: latest.unlisted }) };
  const carried = carriedBy(latest, valuesOf({ event, newsroom, ...kept }));
  const revision = { eventId: latest.eventId, revision: latest.revision + 1, kind: 'corrected' as const };
  return [{ ...revision, event, note, digest, recordedAt, newsroom, ...kept, changed, ...carried }];
}

function retract(command: Command & { kind: 'retract' }, state: EventState, recordedAt: string): Revision[] {
  const { note, newsroom } = command;
  const digest = digestOfCommand(command);
  const latest = changeable(command, state, digest);
  if (!latest) return [];
  const { eventId, event, extent, carried, unlisted } = latest;
  const revision = { eventId, revision: latest.revision + 1, kind: 'retracted' as const };
  const past = { ...(extent && { extent }), ...(carried && { carried }), ...(unlisted && { unlisted }) };
  return [{ ...revision, event, note, digest, recordedAt, newsroom, ...past }];
}

/** The correction that the entry of an event shows. An unlisting is no correction, and hides none. */
function shownCorrection(latest: Revision, at: string): Pick<Revision, 'correction'> {
  const { kind, note = '', changed = [], correction } = latest;
  if (kind === 'corrected') return { correction: { note, at, changed } };
  return correction ? { correction } : {};
}

/**
 * Takes an event out of the timeline of a story, for good. The event stays as it is, and no limit refuses it: it can be
 * unlisted only once from each of its stories.
 */
function unlist(command: Command & { kind: 'unlist' }, { latest }: EventState, recordedAt: string): Revision[] {
  const { story, note, owner, published } = command;
  if (owner !== command.newsroom) throw new Forbidden(`Your newsroom does not own the story ${story}.`);
  if (!latest || latest.event.type === storyType) throw new NotFound('There is no event with this id.');
  if (isWholeRedaction(latest)) throw redactedError(latest);
  if (latest.unlisted?.includes(story)) return [];
  if (latest.kind === 'retracted') throw new Conflict('This event was retracted. No timeline shows it.');
  if (!valuesOf(latest).stories.includes(story)) throw new NotFound(`The event is not in the story ${story}.`);
  if (latest.revision !== published.revision) {
    throw new NotPublishedYet('The event has a revision that is not published yet. Try again in a second.');
  }
  const { eventId, event, newsroom, extent } = latest;
  const kept = { ...(extent && { extent }), unlisted: [...(latest.unlisted ?? []), story] };
  const carried = carriedBy(latest, valuesOf({ event, newsroom, ...kept }));
  const revision = { eventId, revision: latest.revision + 1, kind: 'unlisted' as const, by: command.newsroom };
  const shown = { ...kept, ...shownCorrection(latest, published.publishedAt), ...carried };
  return [{ ...revision, event, note, digest: digestOfCommand(command), recordedAt, newsroom, ...shown }];
}

/**
 * Decides which revisions a command appends to an event: none if the same command was stored before.
 *
 * @param now the time of the decision, in epoch milliseconds
 * @throws {InvalidInput} when the event would be invalid
 * @throws {TooLarge} when the event would be too large
 * @throws {NotFound} when the newsroom has no such event
 * @throws {Forbidden} when another newsroom owns the story
 * @throws {Conflict} when the id is taken by other content, or the event was retracted
 * @throws {Redacted} when the event, or the revision of the id, was taken down
 * @throws {StateConflict} when the story has entries, and so cannot be withdrawn
 * @throws {RevisionRequired} when the command does not say which revision it builds on
 * @throws {StaleRevision} when it builds on another revision than the current one
 */
export function decide(command: Command, state: EventState, now: number): Revision[] {
  const recordedAt = new Date(now).toISOString();
  switch (command.kind) {
    case 'record':
      return record(command, state, recordedAt);
    case 'correct':
      return correct(command, state, recordedAt);
    case 'retract':
      return retract(command, state, recordedAt);
    case 'put': {
      const meaning = meaningOfPut(command, state);
      return meaning ? decide(meaning, state, now) : [];
    }
    case 'unlist':
      return unlist(command, state, recordedAt);
    case 'redact':
      return decideRedaction(command, state, recordedAt);
    default:
      return decideStory(command, state, recordedAt);
  }
}
