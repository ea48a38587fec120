/** The owner of the key that a request was sent with, by the word of the authorizer. */
export interface Caller {
  readonly newsroom: string;
  readonly keyId: string;
  readonly scopes: readonly string[];
  /** Patterns of the stories that the key may write to; empty means all. */
  readonly stories: readonly string[];
}

/** A request, as handlers read it. */
export interface Request {
  readonly method: string;
  /** The public address of the API, without a slash at its end. */
  readonly origin: string;
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawQuery: string;
  /** The parameters that the route takes, each once. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether the gateway handed the body over as text: bytes that were not UTF-8 are U+FFFD by now. */
  readonly bodyWasDecoded: boolean;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The time that is left to answer, in milliseconds. */
  readonly remainingMs: () => number;
  /** What the newsroom of the caller has used today and its limits, as JSON, by the word of the authorizer. */
  readonly dailyUse?: string;
  readonly caller?: Caller;
}

/** A request with a key that has the scope of its route. */
export type KeyedRequest = Request & { readonly caller: Caller };
