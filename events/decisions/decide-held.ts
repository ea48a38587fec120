import type { CloudEvent } from '../event.ts';
import type { HeldEvent } from '../held-event.ts';
import { eventIdOf } from '../identity.ts';
import { Conflict, InvalidInput, NotFound, StaleRevision, StateConflict } from '../input/errors.ts';
import { decide, digestOfCommand } from './decide.ts';
import { initialState } from './event-state.ts';

/** A command of a newsroom, or of the clock, about an event that is held or to be held. */
export type HeldCommand =
  | {
      readonly kind: 'hold';
      readonly event: CloudEvent;
      readonly newsroom: string;
      readonly publishAt: string;
      readonly place: number;
    }
  | { readonly kind: 'replace'; readonly event: CloudEvent; readonly publishAt?: string; readonly expected?: number }
  | { readonly kind: 'retract'; readonly expected?: number }
  | { readonly kind: 'release' }
  | { readonly kind: 'publish' }
  | {
      readonly kind: 'settle';
      /** The digest of what is in the record. */
      readonly digest: string;
    }
  | {
      readonly kind: 'refuse';
      readonly reason: 'taken' | 'story-closed';
      readonly detail: string;
      /** The version that could not be published. Another one is left as it is. */
      readonly refused: number;
    };

const publishing = 'The event is being published. Read it in a moment; it can be corrected or retracted then.';

/** The held event. @throws {NotFound} when there is none */
export function existing(held: HeldEvent | null): HeldEvent {
  if (held) return held;
  throw new NotFound('Your newsroom holds no event with this id. It was published or retracted, or never sent.');
}

/** The held event that a newsroom may change. */
function changeable(given: HeldEvent | null, expected?: number): HeldEvent {
  const held = existing(given);
  if (held.isPublishing) throw new StateConflict(publishing);
  if (expected !== undefined && expected !== held.version) {
    throw new StaleRevision(
      `This builds on version ${expected} of the held event, but the current one is ${held.version}. Read it again.`,
      held.version,
    );
  }
  return held;
}

function hold({ kind: _, ...sent }: HeldCommand & { kind: 'hold' }, held: HeldEvent | null, now: number): HeldEvent {
  const { event, newsroom, publishAt } = sent;
  const command = { kind: 'record', event, newsroom } as const;
  const digest = digestOfCommand(command);
  if (held) {
    if (held.digest === digest && held.publishAt === publishAt) return held;
    throw new Conflict(
      'An event with this id is held already, with other content or another publishAt. To change it, use PUT /v1/held-events/{id}.',
    );
  }
  // What could not be published later is refused now.
  decide(command, initialState, now);
  const eventId = eventIdOf(event.source, event.id);
  return { eventId, ...sent, digest, heldAt: new Date(now).toISOString(), version: 0 };
}

function replace(command: HeldCommand & { kind: 'replace' }, given: HeldEvent | null, now: number): HeldEvent {
  const { event } = command;
  const { conflict: _, ...held } = changeable(given, command.expected);
  const { publishAt = held.publishAt } = command;
  if (Date.parse(publishAt) <= now) {
    throw new InvalidInput([
      { parameter: 'publishAt', detail: 'Is missing, and the time of the held event has passed.' },
    ]);
  }
  const record = { kind: 'record', event, newsroom: held.newsroom } as const;
  decide(record, initialState, now);
  return { ...held, event, digest: digestOfCommand(record), publishAt, version: held.version + 1 };
}

function release(given: HeldEvent | null, now: number): HeldEvent {
  const { conflict: _, ...held } = existing(given);
  if (held.isPublishing) return given as HeldEvent;
  return { ...held, publishAt: new Date(now).toISOString(), isPublishing: true, version: held.version + 1 };
}

/** Publication begins at its time, and not again where a conflict ended it. */
function publish(given: HeldEvent | null, now: number): HeldEvent {
  const held = existing(given);
  if (held.isPublishing || held.conflict || Date.parse(held.publishAt) > now) return held;
  return { ...held, isPublishing: true, version: held.version + 1 };
}

/**
 * Decides what becomes of a held event: the event as it is held then, or null if it is not held any more. The same
 * object is returned if nothing changes.
 *
 * @param now epoch milliseconds
 * @throws {NotFound} when there is none
 * @throws {Conflict} when another event with this id is held
 * @throws {StateConflict} when its publication has begun
 * @throws {StaleRevision} when the change builds on another version
 * @throws {InvalidInput} when the event could not be published, or its time has passed
 */
export function decideHeld(command: HeldCommand, held: HeldEvent | null, now: number): HeldEvent | null {
  switch (command.kind) {
    case 'hold':
      return hold(command, held, now);
    case 'replace':
      return replace(command, held, now);
    case 'retract':
      changeable(held, command.expected);
      return null;
    case 'release':
      return release(held, now);
    case 'publish':
      return publish(held, now);
    case 'settle':
      // Of two runs that publish it side by side, one may have refused what the other has recorded.
      return held?.conflict && held.digest === command.digest ? null : held;
    case 'refuse': {
      const { reason, detail, refused } = command;
      // Of two runs that publish it side by side, one may come after its newsroom has replaced or retracted it.
      if (held?.version !== refused) return held;
      const { isPublishing: _, ...before } = held;
      return { ...before, conflict: { reason, detail, at: new Date(now).toISOString() }, version: before.version + 1 };
    }
  }
}
