import { allValues, countValues, type EventValues, noValues, valuesOf, valuesWithout } from '../event-values.ts';
import { Conflict, StaleRevision } from '../input/errors.ts';
import { maximumRevisionsOfEvent, maximumValuesOfEvent } from '../input/limits.ts';
import type { Revision } from '../revision.ts';
import { acknowledgementOf } from './acknowledgement.ts';

/** What a description is expected to build on if its newsroom has seen the story without one. */
export const beforeFirstRevision = -1;

const advice = 'Retract this event, and post a new one under a new id.';

/**
 * The state of an event after the revisions that were read. Digests are by revision, without those that were not read.
 */
export interface EventState {
  readonly latest: Revision | null;
  readonly digests: Readonly<Record<number, string>>;
}

export const initialState: EventState = { latest: null, digests: {} };

/** The state after one more revision. Revisions must be in rising order, but may have gaps. */
export function evolve(state: EventState, revision: Revision): EventState {
  return { latest: revision, digests: { ...state.digests, [revision.revision]: revision.digest } };
}

/** @throws {StaleRevision} when a change builds on another revision than the latest */
export function assertExpected(latest: Revision, expected: number): void {
  if (expected === latest.revision) return;
  const base = expected === beforeFirstRevision ? 'no revision' : `revision ${expected}`;
  throw new StaleRevision(
    `This builds on ${base}, but the current revision is ${latest.revision}. Read it, and send If-Match: "${latest.revision}".`,
    latest.revision,
  );
}

/** @throws {Conflict} when the event has as many revisions as it may have */
export function assertMayGrow(latest: Revision): void {
  if (latest.revision + 1 < maximumRevisionsOfEvent) return;
  const detail = `An event has at most ${maximumRevisionsOfEvent} revisions, and this one has them. ${advice}`;
  throw new Conflict(detail, acknowledgementOf(latest));
}

/**
 * The values that the revisions before had and the next one has no more.
 *
 * @param values those of the next revision
 * @throws {Conflict} when the revisions would have more values than they may have
 */
export function carriedBy(latest: Revision, values: EventValues): Pick<Revision, 'carried'> {
  const all = allValues(latest.carried ?? noValues, valuesOf(latest));
  const carried = valuesWithout(all, values);
  const count = countValues(carried) + countValues(values);
  if (count > maximumValuesOfEvent) {
    const what = 'stories, places, actors, topics, statuses, newsrooms and dates';
    const detail = `The revisions of an event name at most ${maximumValuesOfEvent} ${what} in all; with this one they would name ${count}. ${advice}`;
    throw new Conflict(detail, acknowledgementOf(latest));
  }
  return countValues(carried) > 0 || carried.removed ? { carried } : {};
}
