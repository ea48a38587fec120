import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalSystemError } from '../local-system-error.ts';
import type { FunctionProperties } from '../template/function-definition.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { Resource } from '../template/stack.ts';
import type { Endpoints } from './environment.ts';
import { environmentOf } from './environment.ts';
import { createEnvironmentPool } from './environment-pool.ts';
import { FunctionFailed, startExecutionEnvironment } from './execution-environment.ts';
import { openFunctionLog } from './function-log.ts';
import { newTrace } from './lineage.ts';

/**
 * More threads are not faster on a laptop, unless they wait. A function that waits may get as many as the stack
 * reserves for it.
 */
const busyThreads = Math.min(8, 2 * availableParallelism());
/** Lambda's limit for the event and the response of a synchronous invocation. */
const maximumPayloadBytes = 6 * 1024 * 1024;
/**
 * How long invocations may take after the function is stopped. Requests have ended before, and long polls are aborted.
 */
const drainMs = 2_000;
const moduleExtensions = ['.mjs', '.js', '.cjs'];

export interface LocalFunction {
  readonly logicalId: string;
  /** The name of the function in its logs. */
  readonly name: string;
  readonly arn: string;
  /** Whether it may invoke itself through a queue again and again. */
  readonly mayLoop: boolean;
  /**
   * Handles an event. The event and the response are JSON.
   *
   * @throws {FunctionFailed} when it throws, takes longer than its timeout, or cannot be started
   */
  invoke(payload: string, traceId?: string): Promise<string>;
  /** Whether as many invocations run as the stack reserves for it. Lambda would throttle another one. */
  isAtCapacity(): boolean;
  /** Loads the function before its first event. */
  warm(): Promise<void>;
  /** Ends it when its invocations have ended, or after two seconds. */
  stop(): Promise<void>;
}

function locate(handler: string, codeFolder: string, logicalId: string): { module: string; exportName: string } {
  const dot = handler.lastIndexOf('.');
  const stem = join(codeFolder, handler.slice(0, dot));
  const module = moduleExtensions.map((extension) => stem + extension).find((path) => existsSync(path));
  if (module === undefined)
    throw new LocalSystemError(
      `The code of the function "${logicalId}" is missing: ${stem}.mjs. Delete the folder cdk.out of the data folder and start again.`,
    );
  return { module, exportName: handler.slice(dot + 1) };
}

export interface FunctionSettings {
  readonly codeFolder: string;
  readonly logFolder: string;
  readonly endpoints: Endpoints;
  /** Shows one line about an error on the terminal. */
  readonly note: (line: string) => void;
}

/** A function of the stack. It runs from the bundle that would be deployed. */
export function createLocalFunction(
  resource: Resource<FunctionProperties>,
  { codeFolder, logFolder, endpoints, note }: FunctionSettings,
): LocalFunction {
  const { logicalId, properties } = resource;
  const environment = environmentOf(resource, endpoints, codeFolder);
  const name = environment.POWERTOOLS_SERVICE_NAME ?? properties.FunctionName ?? logicalId;
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${logicalId}`;
  const log = openFunctionLog(name, join(logFolder, `${name}.log`), note);
  const setup = {
    ...locate(properties.Handler, codeFolder, logicalId),
    functionName: properties.FunctionName ?? logicalId,
    functionArn: arn,
    memoryMegabytes: properties.MemorySize,
  };
  const reserved = properties.ReservedConcurrentExecutions;
  const maximum = reserved ?? busyThreads;
  const pool = createEnvironmentPool(() => startExecutionEnvironment(setup, environment, log.write), {
    busy: Math.min(busyThreads, maximum),
    maximum,
  });
  const timeoutMs = properties.Timeout * 1000;
  const underWay = new Set<Promise<string>>();

  async function answer(payload: string, requestId: string, traceId: string): Promise<string> {
    const executionEnvironment = await pool.acquire();
    try {
      const deadline = Date.now() + timeoutMs;
      const result = await executionEnvironment.invoke({ payload, requestId, traceId, deadline }, timeoutMs);
      if (Buffer.byteLength(result) <= maximumPayloadBytes) return result;
      throw new FunctionFailed({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`,
        trace: [],
      });
    } finally {
      pool.release(executionEnvironment);
    }
  }

  return {
    logicalId,
    name,
    arn,
    mayLoop: properties.RecursiveLoop === 'Allow',
    async invoke(payload, traceId = newTrace()) {
      const requestId = randomUUID();
      const answered = answer(payload, requestId, traceId);
      underWay.add(answered);
      try {
        return await answered;
      } catch (error) {
        if (error instanceof FunctionFailed && error.report.errorType !== 'Stopped')
          log.failure(error.report, requestId);
        throw error;
      } finally {
        underWay.delete(answered);
      }
    },
    isAtCapacity: () => reserved !== undefined && underWay.size >= reserved,
    warm: () => pool.warm(),
    async stop() {
      await Promise.race([Promise.allSettled(underWay), delay(drainMs, undefined, { ref: false })]);
      await pool.stop();
      await log.close();
    },
  };
}
