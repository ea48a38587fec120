import type { OpenRedaction } from '../redactions/redaction-state.ts';
import { isErasedInSubscribers, isForgottenInSubscribers } from '../subscribers/fan-out/erasing-tasks.ts';
import { findRebuild, readCheckpoint } from '../timelines/checkpoint.ts';
import { isErased, isForgotten } from '../timelines/erasing-tasks.ts';
import { retiredGenerations } from '../timelines/generations.ts';

type InGeneration = (generation: string, eventId: string, position: number) => Promise<boolean>;

/** Whether something holds of the timelines in use and of those of a rebuild in progress. */
async function inAllTimelines(holds: InGeneration, eventId: string, position: number): Promise<boolean> {
  const [live, rebuild] = await Promise.all([readCheckpoint(), findRebuild()]);
  const generations = [live, ...(rebuild ? [rebuild] : [])].map(({ generation }) => generation);
  const held = await Promise.all(generations.map((generation) => holds(generation, eventId, position)));
  return held.every(Boolean);
}

/** Whether nothing but the log has content that a redaction takes down, so that nothing needs it there. */
export async function isErasedEverywhere({ eventId, position }: OpenRedaction): Promise<boolean> {
  if (position === undefined) return false;
  return (await inAllTimelines(isErased, eventId, position)) && isErasedInSubscribers(eventId, position);
}

/**
 * Whether everything was looked through again, for what was under way while the content was removed. A rebuild that was
 * interrupted after its switch leaves the old timelines in the table, with all content: the next rebuild removes them.
 */
export async function isForgottenEverywhere({ eventId, position }: OpenRedaction): Promise<boolean> {
  if (position === undefined || (await retiredGenerations()).length > 0) return false;
  return (await inAllTimelines(isForgotten, eventId, position)) && isForgottenInSubscribers(eventId, position);
}
