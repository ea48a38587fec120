import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorReport, InvocationMessage, WorkerMessage, WorkerSetup } from './worker-messages.ts';

const setup = workerData as WorkerSetup;
type Handler = (event: unknown, context: object) => unknown;

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function reportOf(error: unknown): ErrorReport {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const cause = error.cause instanceof Error ? [`Caused by: ${error.cause.stack}`] : [];
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: [...String(error.stack).split('\n'), ...cause],
  };
}

function contextOf({ requestId, deadline }: InvocationMessage): object {
  return {
    awsRequestId: requestId,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMegabytes),
    logGroupName: `/aws/lambda/${setup.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function loadHandler(): Promise<Handler> {
  const exports = await import(pathToFileURL(setup.module).href);
  const handler: unknown = exports[setup.exportName];
  if (typeof handler !== 'function') throw new Error(`${setup.module} does not export "${setup.exportName}"`);
  return handler as Handler;
}

async function answer(handler: Handler, message: InvocationMessage): Promise<void> {
  process.env._X_AMZN_TRACE_ID = message.traceId;
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    send({ result: JSON.stringify(result ?? null) });
  } catch (error) {
    send({ error: reportOf(error) });
  }
}

// An execution environment: it loads the bundle once, then handles one event after another.
try {
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvocationMessage) => answer(handler, message));
  send({ ready: true });
} catch (error) {
  send({ error: reportOf(error) });
}
