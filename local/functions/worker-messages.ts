/** The data that a thread needs to load a function. */
export interface WorkerSetup {
  /** The path of the module with the handler. */
  readonly module: string;
  /** The name under which the module exports it. */
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
}

export interface InvocationMessage {
  /** The event, as JSON. */
  readonly payload: string;
  readonly requestId: string;
  readonly traceId: string;
  /** Epoch milliseconds at which the invocation times out. */
  readonly deadline: number;
}

/** An error as Lambda reports it. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** First `ready`, or `error`; then one `result` (as JSON) or `error` for each invocation. */
export type WorkerMessage = { readonly ready: true } | { readonly result: string } | { readonly error: ErrorReport };
