import { secondMs } from './dates/durations.ts';
import { PaceExceeded } from './input/errors.ts';

const paceWindowMs = 5 * secondMs;

/**
 * How many events and changes a newsroom may write in a window. The record is one sequence: what others write meanwhile
 * waits until these have their positions, for about two seconds.
 */
export const maximumPace = 300;

/**
 * A change counts as one for so many cards of its event. Each card that it replaces takes the projection a call of its
 * own, which is what others wait for; new ones take one together.
 */
const cardsOfOneChange = 16;

/** What a change of an event with so many cards takes of the pace. */
export const paceOfChange = (cards: number): number => Math.max(1, Math.ceil(cards / cardsOfOneChange));

/** How long one of the pace lasts. */
export const oneOfPaceMs = paceWindowMs / maximumPace;

/**
 * An entry of the feed counts as one for so many bytes of the values that it carries: all of the record shares what its
 * partition takes.
 */
const valueBytesOfOne = 2_048;

/** What a revision with so many bytes of values, those of earlier revisions among them, takes of the pace. */
export const paceOfEntry = (valueBytes: number): number => Math.max(1, Math.ceil(valueBytes / valueBytesOfOne));

/**
 * What a change of a webhook endpoint takes of the pace, or enabling one. Fan-out must know all endpoints to pass an
 * entry: it reads their list again for each that changes, and all newsrooms wait.
 */
export const paceOfEndpointChange = 6;

/** An instance that knows nothing of the others counts after so many events and changes. */
const leastUncounted = 4;
/** One that writes alone counts after so many: as often as the use of a newsroom is counted anyway. */
const mostUncounted = 16;

/** The beginning of the window that an instant is in. Both in epoch milliseconds. */
export const paceWindowOf = (now: number): number => Math.floor(now / paceWindowMs) * paceWindowMs;

/** The end of the window that an instant is in, in epoch milliseconds. */
export const paceWindowEnd = (now: number): number => paceWindowOf(now) + paceWindowMs;

/**
 * The number of a window in its day of UTC, from 0 on. A day is a whole number of windows.
 *
 * @param day the beginning of the day, like `now` in epoch milliseconds
 */
export const paceWindowNumber = (now: number, day: number): number => Math.floor((now - day) / paceWindowMs);

/** What an instance of a function knows of the events and changes that a newsroom has written in a window. */
export interface KnownPace {
  /** The beginning of the window, in epoch milliseconds. */
  readonly window: number;
  /** What all instances had counted when this one counted last. */
  readonly counted: number;
  /** What this instance has counted of it. */
  readonly own: number;
  /** What this instance has let through since. */
  readonly uncounted: number;
  /** What this instance has let it try in dry runs. */
  readonly tried: number;
}

/**
 * What is known of the window of an instant: nothing, if what is known is of another one.
 *
 * @param now epoch milliseconds
 */
export function paceAt(known: KnownPace | undefined, now: number): KnownPace {
  const window = paceWindowOf(now);
  return known?.window === window ? known : { window, counted: 0, own: 0, uncounted: 0, tried: 0 };
}

/**
 * Whether an instance must count now what it has let through, though no sample counts it. The smaller its share of what
 * is counted, the sooner: many instances that each let a little through must not exceed the pace by much together.
 */
export function isCountDue({ counted, own, uncounted }: KnownPace): boolean {
  const share = counted > 0 ? own / counted : 0;
  return uncounted >= Math.max(leastUncounted, Math.floor(mostUncounted * share));
}

/**
 * What is known after a count.
 *
 * @param added what this instance has added to it
 * @param counted what all instances have counted by now
 */
export const countedPace = (pace: KnownPace, added: number, counted: number): KnownPace => ({
  ...pace,
  own: pace.own + added,
  counted: Math.max(pace.counted, counted),
});

/** The error for a newsroom that writes too fast. @param now epoch milliseconds */
export function paceExceeded(newsroom: string, now: number): PaceExceeded {
  return new PaceExceeded({
    newsroom,
    limit: maximumPace,
    windowSeconds: paceWindowMs / secondMs,
    retryAfterSeconds: Math.max(1, Math.ceil((paceWindowEnd(now) - now) / secondMs)),
  });
}

/**
 * The error for a newsroom that is known to have written as much as it may in the window of an instant; null if it is
 * not.
 */
export const exceededPace = ({ counted, uncounted }: KnownPace, newsroom: string, now: number): PaceExceeded | null =>
  counted + uncounted < maximumPace ? null : paceExceeded(newsroom, now);

/**
 * What is known once a newsroom tries some more in a dry run; null if the instance has let it try as much already. That
 * counts against no quota, but it reads as much as the write, and takes time of an instance that others wait for. So an
 * instance lets a newsroom try as much in a window as it may write.
 */
export const triedPace = (pace: KnownPace, amount: number): KnownPace | null =>
  pace.tried < maximumPace ? { ...pace, tried: pace.tried + amount } : null;
