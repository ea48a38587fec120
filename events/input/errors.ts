/** An error in an input: its place (a JSON pointer into the body, a query parameter or a header) and what to do. */
export type InputError =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }
  | { readonly header: string; readonly detail: string };

/** The input is invalid. Nothing was written. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly errors: readonly InputError[];

  constructor(errors: readonly InputError[]) {
    super(errors.map((error) => error.detail).join('; '));
    this.errors = errors;
  }
}

/** The input is larger than the limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly errors: readonly InputError[];

  constructor(message: string, errors: readonly InputError[] = []) {
    super(message);
    this.errors = errors;
  }
}

/** The key does not allow the request. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
}

/** The resource does not exist, or the caller may not see it. */
export class NotFound extends Error {
  override readonly name: string = 'NotFound';
}

/** The resource was accepted, and will exist in a moment, when it is published. A retry helps. */
export class NotPublishedYet extends NotFound {
  override readonly name = 'NotPublishedYet';
}

/**
 * An event with other content has this id, or the event is retracted. `stored` is the stored revision, if the caller
 * may see it, and `changed` are pointers to what differs from it, if they are known.
 */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly stored: object | undefined;
  readonly changed: readonly string[];

  constructor(message: string, stored?: object, changed: readonly string[] = []) {
    super(message);
    this.stored = stored;
    this.changed = changed;
  }
}

/** A change must say which revision it builds on. `revision` is the current one, if it is known. */
export class RevisionRequired extends Error {
  override readonly name = 'RevisionRequired';
  readonly revision: number | undefined;

  constructor(message: string, revision?: number) {
    super(message);
    this.revision = revision;
  }
}

/** The change builds on a revision that is not the current one. `revision` is the current one, if there is any. */
export class StaleRevision extends Error {
  override readonly name = 'StaleRevision';
  readonly revision: number | undefined;

  constructor(message: string, revision?: number) {
    super(message);
    this.revision = revision;
  }
}

/** Something that was there, and is not any more. `tombstone` identifies it and has the note that says why. */
class WithTombstone extends Error {
  readonly tombstone: object;

  constructor(message: string, tombstone: object) {
    super(message);
    this.tombstone = tombstone;
  }
}

/** The event was retracted. */
export class Gone extends WithTombstone {
  override readonly name = 'Gone';
}

/** The event, or the requested revision, was taken down. */
export class Redacted extends WithTombstone {
  override readonly name = 'Redacted';
}

/** The current state of an endpoint, a delivery or a story does not allow the request. */
export class StateConflict extends Error {
  override readonly name = 'StateConflict';
}

/** The caller has reached a limit. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
  /** The time after which the request may be sent again. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface ExceededQuota {
  readonly newsroom: string;
  /** `events`, `changes` or `bytes`. */
  readonly quota: string;
  /** For a day. */
  readonly limit: number;
  /** Of this day, estimated. */
  readonly used: number;
  /** When the day ends, as RFC 3339. */
  readonly resetsAt: string;
  readonly retryAfterSeconds: number;
}

/** The newsroom has used up a quota of the day. Nothing was written. */
export class QuotaExceeded extends Error {
  override readonly name = 'QuotaExceeded';
  readonly exceeded: ExceededQuota;

  constructor(exceeded: ExceededQuota) {
    const { newsroom, quota, limit, used, resetsAt } = exceeded;
    const [ofUsed, ofLimit] = [used, limit].map((amount) => amount.toLocaleString('en'));
    super(
      `The newsroom ${newsroom} has used about ${ofUsed} of the ${ofLimit} ${quota} that it may use today. Send the request again after ${resetsAt}, or ask the operator for a higher quota.`,
    );
    this.exceeded = exceeded;
  }
}

interface ExceededPace {
  readonly newsroom: string;
  /** How many events and changes the newsroom may write in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly retryAfterSeconds: number;
}

/** The newsroom writes more at once than it may. Nothing was written. */
export class PaceExceeded extends Error {
  override readonly name = 'PaceExceeded';
  readonly exceeded: ExceededPace;

  constructor(exceeded: ExceededPace) {
    const { newsroom, limit, windowSeconds, retryAfterSeconds } = exceeded;
    super(
      `The newsroom ${newsroom} may write ${limit} events and changes in ${windowSeconds} seconds, with all of its keys, so that others do not wait for it. Send the request again in ${retryAfterSeconds} s.`,
    );
    this.exceeded = exceeded;
  }
}
