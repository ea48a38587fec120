import { expect } from '@jest/globals';
import { extentOf } from '../../events/dates/when.ts';
import { fieldsChanged } from '../../events/decisions/changes.ts';
import { type Command, decide } from '../../events/decisions/decide.ts';
import { evolve, initialState } from '../../events/decisions/event-state.ts';
import { type CloudEvent, parseEvent } from '../../events/event.ts';
import { allValues, countValues, noValues, valuesOf, valuesWithout } from '../../events/event-values.ts';
import { digestOf, eventIdOf } from '../../events/identity.ts';
import type { Revision } from '../../events/revision.ts';
import { thrownBy } from '../support/expectations/refusal.ts';
import { developmentWith } from './samples.ts';

/** The moment at which every decision of a specification is made. */
export const now = Date.parse('2020-12-02T09:30:00.250Z');
export const recordedAt = '2020-12-02T09:30:00.250Z';

/** A valid event of the newsroom `example`; `data` beside what every event has. */
export function eventWith(data: object = {}, attributes: object = {}): CloudEvent {
  return parseEvent(developmentWith(data, attributes), { id: 'a', source: '/newsrooms/example' });
}

/** The revision that records an event. */
export function recordedRevision(event: CloudEvent, more: Partial<Revision> = {}): Revision {
  const { type, subject, data } = event;
  return {
    eventId: eventIdOf(event.source, event.id),
    revision: 0,
    kind: 'recorded',
    event,
    digest: digestOf({ type, subject, data }),
    recordedAt,
    newsroom: 'example',
    extent: extentOf(data.when),
    ...more,
  };
}

/** The revision that corrects another by a merge patch, of which the outcome is given too. */
export function correctedRevision(before: Revision, note: string, patch: object, data: object): Revision {
  const { changed: _changed, carried: past = noValues, ...rest } = before;
  const event = { ...before.event, data: data as CloudEvent['data'] };
  const extent = extentOf(event.data.when);
  const carried = valuesWithout(
    allValues(past, valuesOf(before)),
    valuesOf({ event, newsroom: before.newsroom, extent }),
  );
  return {
    ...rest,
    revision: before.revision + 1,
    kind: 'corrected',
    event,
    note,
    digest: digestOf({ kind: 'corrected', note, data: patch }),
    extent,
    changed: fieldsChanged(before.event, event),
    ...(countValues(carried) > 0 && { carried }),
  };
}

/** The revision that retracts an event. */
export function retractedRevision(before: Revision, note: string): Revision {
  const { changed: _, ...rest } = before;
  return {
    ...rest,
    revision: before.revision + 1,
    kind: 'retracted',
    note,
    digest: digestOf({ kind: 'retracted', note }),
  };
}

/** What an error says, all of it. */
const factsOf = (error: Error) => ({ ...error, name: error.name, message: error.message });

/**
 * A specification of `decide`.
 *
 * @example given(recorded).when({ kind: 'retract', … }).thenAppends(retracted)
 */
export function given(...revisions: Revision[]) {
  return {
    when(command: Command) {
      const decided = () => decide(command, revisions.reduce(evolve, initialState), now);
      return {
        thenAppends: (...expected: Revision[]) => expect(decided()).toEqual(expected),
        thenNothing: () => expect(decided()).toEqual([]),
        thenThrows: (error: Error) => expect(factsOf(thrownBy(decided) as Error)).toEqual(factsOf(error)),
      };
    },
  };
}
