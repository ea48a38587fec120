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
