/** The media type, charset or content coding of the body is not supported. `accepted` lists those that are. */
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

/** The path answers other methods only, which `allowed` lists. */
export class MethodNotAllowed extends Error {
  override readonly name = 'MethodNotAllowed';
  readonly allowed: readonly string[];

  constructor(message: string, allowed: readonly string[]) {
    super(message);
    this.allowed = allowed;
  }
}

/** The client accepts none of the media types of the answer, or none of its content codings. */
export class NotAcceptable extends Error {
  override readonly name = 'NotAcceptable';
}
