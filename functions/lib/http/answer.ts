/** The answer of a handler. A `body` that is an object is sent as JSON, a text as it is. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  /** The entity tag of the content, without quotes; a digest of the body if left out. */
  readonly contentTag?: string;
}
