// Runs in the thread of an execution environment. It is plain JavaScript: to load what strips types would take a third
// of the start of each copy of a function.

import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** @typedef {import('./worker-messages.ts').InvocationMessage} InvocationMessage */

/** @type {import('./worker-messages.ts').WorkerSetup} */
const setup = workerData;

/** @param {import('./worker-messages.ts').WorkerMessage} message */
function send(message) {
  parentPort?.postMessage(message);
}

/**
 * @param {unknown} error
 * @returns {import('./worker-messages.ts').ErrorReport}
 */
function reportOf(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const cause = error.cause instanceof Error ? [`Caused by: ${error.cause.stack}`] : [];
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: [...String(error.stack).split('\n'), ...cause],
  };
}

/** @param {InvocationMessage} message */
function contextOf({ requestId, deadline }) {
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

async function loadHandler() {
  const exports = await import(pathToFileURL(setup.module).href);
  const handler = exports[setup.exportName];
  if (typeof handler !== 'function') throw new Error(`${setup.module} does not export "${setup.exportName}"`);
  return handler;
}

/**
 * @param {(event: unknown, context: object) => unknown} handler
 * @param {InvocationMessage} message
 */
async function answer(handler, message) {
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
  parentPort?.on('message', (message) => answer(handler, message));
  send({ ready: true });
} catch (error) {
  send({ error: reportOf(error) });
}
