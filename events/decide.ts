import { acknowledgementOf } from './acknowledgement.ts';
import { fieldsChanged } from './changes.ts';
import { extentOf } from './dates/when.ts';
import { type CloudEvent, type EventData, validateData } from './event.ts';
import { allValues, countValues, type EventValues, noValues, valuesOf, valuesWithout } from './event-values.ts';
import { digestOf, eventIdOf } from './identity.ts';
import { Conflict, Forbidden, InvalidInput, NotFound, RevisionRequired, StaleRevision } from './input/errors.ts';
import { assertEventSize, maximumRevisionsOfEvent, maximumValuesOfEvent } from './input/limits.ts';
import { mergePatch } from './merge-patch.ts';
import type { Revision, RevisionReference } from './revision.ts';
import { storyType } from './story.ts';

export const storySource = '/stories';

/** What a description is expected to build on if its newsroom has seen the story without one. */
export const beforeFirstRevision = -1;

/** A command of a newsroom. `expected` is the revision that the change builds on. */
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
      readonly kind: 'describe';
      readonly story: string;
      readonly data: object;
      readonly expected?: number;
      /** Fail if the story has a description already. */
      readonly mustBeNew?: boolean;
      readonly newsroom: string;
    };

/** The state of an event after the revisions that were read. Digests are by revision, without those that were not read. */
export interface EventState {
  readonly latest: Revision | null;
  readonly digests: Readonly<Record<number, string>>;
}

export const initialState: EventState = { latest: null, digests: {} };

/** The state after one more revision. Revisions must be in rising order, but may have gaps. */
export function evolve(state: EventState, revision: Revision): EventState {
  return { latest: revision, digests: { ...state.digests, [revision.revision]: revision.digest } };
}

/** SHA-256 of the content of a command, whatever the order of its fields: equal for a command and its retry. */
export function digestOfCommand(command: Command): string {
  switch (command.kind) {
    case 'record': {
      const { type, subject, data } = command.event;
      return digestOf({ type, subject, data });
    }
    case 'correct':
      return digestOf({ kind: 'corrected', note: command.note, data: command.data });
    case 'retract':
      return digestOf({ kind: 'retracted', note: command.note });
    case 'describe':
      return digestOf({ type: storyType, subject: command.story, data: command.data });
  }
}

function assertExpected(latest: Revision, expected: number): void {
  if (expected === latest.revision) return;
  const base = expected === beforeFirstRevision ? 'no revision' : `revision ${expected}`;
  throw new StaleRevision(
    `This builds on ${base}, but the current revision is ${latest.revision}. Read it, and send If-Match: "${latest.revision}".`,
    latest.revision,
  );
}

function record(command: Command & { kind: 'record' }, state: EventState, recordedAt: string): Revision[] {
  const { event, newsroom, follows } = command;
  const digest = digestOfCommand(command);
  const eventId = eventIdOf(event.source, event.id);
  if (state.latest) {
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
 * @throws {StaleRevision} when the change builds on another revision
 */
function changeable(command: Command & { expected: number }, state: EventState, digest: string): Revision | undefined {
  const { latest } = state;
  if (!latest || latest.newsroom !== command.newsroom || latest.event.type === storyType) {
    throw new NotFound('Your newsroom has no event with this id.');
  }
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

const advice = 'Retract this event, and post a new one under a new id.';

function assertMayGrow(latest: Revision): void {
  if (latest.revision + 1 < maximumRevisionsOfEvent) return;
  const detail = `An event has at most ${maximumRevisionsOfEvent} revisions, and this one has them. ${advice}`;
  throw new Conflict(detail, acknowledgementOf(latest));
}

/** The values that the revisions before had and an event has no more. */
function carriedBy(latest: Revision, values: EventValues): Pick<Revision, 'carried'> {
  const all = allValues(latest.carried ?? noValues, valuesOf(latest));
  const carried = valuesWithout(all, values);
  const count = countValues(carried) + countValues(values);
  if (count > maximumValuesOfEvent) {
    const what = 'stories, places, actors, topics, statuses, newsrooms and dates';
    const detail = `The revisions of an event name at most ${maximumValuesOfEvent} ${what} in all; with this one they would name ${count}. ${advice}`;
    throw new Conflict(detail, acknowledgementOf(latest));
  }
  return countValues(carried) > 0 ? { carried } : {};
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
  const carried = carriedBy(latest, valuesOf({ event, newsroom, extent }));
  const revision = { eventId: latest.eventId, revision: latest.revision + 1, kind: 'corrected' as const };
  return [{ ...revision, event, note, digest, recordedAt, newsroom, extent, changed, ...carried }];
}

function retract(command: Command & { kind: 'retract' }, state: EventState, recordedAt: string): Revision[] {
  const { note, newsroom } = command;
  const digest = digestOfCommand(command);
  const latest = changeable(command, state, digest);
  if (!latest) return [];
  const { eventId, event, extent, carried } = latest;
  const revision = { eventId, revision: latest.revision + 1, kind: 'retracted' as const };
  const past = { ...(extent && { extent }), ...(carried && { carried }) };
  return [{ ...revision, event, note, digest, recordedAt, newsroom, ...past }];
}

function describe(command: Command & { kind: 'describe' }, state: EventState, recordedAt: string): Revision[] {
  const { story, newsroom, expected, mustBeNew = false } = command;
  const { latest } = state;
  const data = command.data as EventData;
  const event: CloudEvent = {
    specversion: '1.0',
    id: story,
    source: storySource,
    type: storyType,
    subject: story,
    data,
  };
  const digest = digestOfCommand(command);
  const revision = { eventId: eventIdOf(storySource, story), event, digest, recordedAt, newsroom };
  assertEventSize(event);
  if (!latest) {
    if (expected === undefined || expected === beforeFirstRevision) {
      return [{ ...revision, revision: 0, kind: 'recorded' }];
    }
    throw new StaleRevision(
      `There is no revision ${expected}: this story has no description. To write one, leave out If-Match.`,
    );
  }
  if (latest.newsroom !== newsroom) throw new Forbidden('Another newsroom owns the description of this story.');
  if (mustBeNew) {
    throw new StaleRevision(
      `This story has a description already. To change it, send If-Match: "${latest.revision}" instead of If-None-Match.`,
      latest.revision,
    );
  }
  if (latest.digest === digest) return [];
  if (expected === undefined) {
    throw new RevisionRequired(
      `To change the story, send If-Match: "${latest.revision}", the current revision.`,
      latest.revision,
    );
  }
  if (state.digests[expected + 1] === digest) return [];
  assertExpected(latest, expected);
  assertMayGrow(latest);
  return [{ ...revision, revision: latest.revision + 1, kind: 'corrected' }];
}

/**
 * Decides which revisions a command appends to an event: none if the same command was stored before.
 *
 * @param now the time of the decision, in epoch milliseconds
 * @throws {InvalidInput} when the event would be invalid
 * @throws {TooLarge} when the event would be too large
 * @throws {NotFound} when the newsroom has no such event
 * @throws {Forbidden} when another newsroom owns the description of the story
 * @throws {Conflict} when the id is taken by other content, or the event was retracted
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
    case 'describe':
      return describe(command, state, recordedAt);
  }
}
