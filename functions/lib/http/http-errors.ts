/** The body is of a kind that is not read here. `accepted` are the media types, or the content codings, that are. */
export class UnsupportedMediaType extends Error {
  override readonly name = 'UnsupportedMediaType';
  readonly header: 'accept' | 'accept-encoding';
  readonly accepted: readonly string[];

  constructor(message: string, header: 'accept' | 'accept-encoding', accepted: readonly string[]) {
    super(message);
    this.header = header;
    this.accepted = accepted;
  }
}

/** The path exists, for other methods. */
export class MethodNotAllowed extends Error {
  override readonly name = 'MethodNotAllowed';
  readonly allowed: readonly string[];

  constructor(message: string, allowed: readonly string[]) {
    super(message);
    this.allowed = allowed;
  }
}

/** The client takes none of the forms in which this is answered. */
export class NotAcceptable extends Error {
  override readonly name = 'NotAcceptable';
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
