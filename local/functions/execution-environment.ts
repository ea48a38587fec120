import { Worker } from 'node:worker_threads';
import type { ErrorReport, InvocationMessage, WorkerMessage, WorkerSetup } from './worker-messages.ts';

const initialisationTimeoutMs = 30_000;

/** A function failed: it threw, took too long, or could not be started. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(`${report.errorType}: ${report.errorMessage}`);
    this.report = report;
  }
}

/** One copy of a function, in its own thread. It handles one event at a time. */
export interface ExecutionEnvironment {
  /** Resolves when the bundle is loaded. */
  readonly ready: Promise<void>;
  /** False once the thread has ended: it handles no more events. */
  isAlive(): boolean;
  /** Handles an event. The event and the response are JSON. */
  invoke(message: InvocationMessage, timeoutMs: number): Promise<string>;
  stop(): Promise<void>;
}

export function startExecutionEnvironment(
  setup: WorkerSetup,
  environment: Record<string, string>,
  writeLog: (text: string) => void,
): ExecutionEnvironment {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: setup,
    env: environment,
    execArgv: environment.NODE_OPTIONS?.split(' ').filter(Boolean) ?? [],
    // A stack of the same size as on Lambda, so that deep recursion fails here too. The default of threads is four
    // times as large. The young generation is small, since by default it would be most of the memory of dozens of
    // threads.
    resourceLimits: { stackSizeMb: 1, maxYoungGenerationSizeMb: 16 },
    stdout: true,
    stderr: true,
  });
  worker.stdout.setEncoding('utf8').on('data', writeLog);
  worker.stderr.setEncoding('utf8').on('data', writeLog);
  let alive = true;
  let settle: ((message: WorkerMessage) => void) | undefined;

  function settleWith(message: WorkerMessage): void {
    const settleCurrent = settle;
    settle = undefined;
    settleCurrent?.(message);
  }

  function fail(errorType: string, errorMessage: string, trace: readonly string[] = []): void {
    alive = false;
    settleWith({ error: { errorType, errorMessage, trace } });
  }

  worker.on('message', settleWith);
  worker.on('error', (error: Error) => {
    // An error can follow the response, from work that the function left running.
    if (settle === undefined) writeLog(`${error.stack}\n`);
    fail(error.name, error.message, String(error.stack).split('\n'));
  });
  worker.on('exit', (code) => fail('Runtime.ExitError', `the function ended its process with exit code ${code}`));

  async function nextMessage(timeoutMs: number): Promise<WorkerMessage> {
    const { promise, resolve } = Promise.withResolvers<WorkerMessage>();
    settle = resolve;
    const timer = setTimeout(() => {
      fail('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
      worker.terminate();
    }, timeoutMs);
    const message = await promise;
    clearTimeout(timer);
    if ('error' in message) throw new FunctionFailed(message.error);
    return message;
  }

  const ready = nextMessage(initialisationTimeoutMs).then(
    () => {},
    (error: unknown) => {
      alive = false;
      worker.terminate();
      throw error;
    },
  );
  // An unhandled rejection must not end the process.
  ready.catch(() => {});

  return {
    ready,
    isAlive: () => alive,
    async invoke(message, timeoutMs) {
      const answered = nextMessage(timeoutMs);
      worker.postMessage(message);
      const answer = await answered;
      return 'result' in answer ? answer.result : 'null';
    },
    async stop() {
      alive = false;
      await worker.terminate();
    },
  };
}
