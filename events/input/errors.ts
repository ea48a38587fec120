/** One thing wrong with an input: where (a JSON pointer into the body, a query parameter or a header) and what to do. */
export type InputError =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }
  | { readonly header: string; readonly detail: string };

/** The input breaks a rule; nothing was written. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly errors: readonly InputError[];

  constructor(errors: readonly InputError[]) {
    super(errors.map((error) => error.detail).join('; '));
    this.errors = errors;
  }
}

/** The input is well-formed but larger than what is accepted. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly errors: readonly InputError[];

  constructor(message: string, errors: readonly InputError[] = []) {
    super(message);
    this.errors = errors;
  }
}

/** The key does not allow this. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
}

/** There is no such thing, or none that this caller may know of. `soon` if it is on its way. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  readonly soon: boolean;

  constructor(message: string, soon = false) {
    super(message);
    this.soon = soon;
  }
}

/** The id is taken by other content, or the event takes no more changes. `stored` tells what the record holds. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly stored: object;

  constructor(message: string, stored: object) {
    super(message);
    this.stored = stored;
  }
}

/** A change must say which revision it builds on. `revision` is the current one, where it is known. */
export class RevisionRequired extends Error {
  override readonly name = 'RevisionRequired';
  readonly revision: number | undefined;

  constructor(message: string, revision?: number) {
    super(message);
    this.revision = revision;
  }
}

/** The current revision is not the one that the change expects. `revision` is the current one, if there is any. */
export class StaleRevision extends Error {
  override readonly name = 'StaleRevision';
  readonly revision: number | undefined;

  constructor(message: string, revision?: number) {
    super(message);
    this.revision = revision;
  }
}

/** The event was retracted. `tombstone` tells what it was about. */
export class Gone extends Error {
  override readonly name = 'Gone';
  readonly tombstone: object;

  constructor(message: string, tombstone: object) {
    super(message);
    this.tombstone = tombstone;
  }
}

/** What is asked for does not go with the state that things are in. */
export class StateConflict extends Error {
  override readonly name = 'StateConflict';
}

/** It was asked for too often. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
  /** In how many seconds it may be asked for again. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
