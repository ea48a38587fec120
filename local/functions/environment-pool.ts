import type { ExecutionEnvironment } from './execution-environment.ts';
import { FunctionFailed } from './execution-environment.ts';

/** A new copy costs a good part of a second of a core; most events are answered well before. */
const patienceMs = 25;
const idleCheckIntervalMs = 30_000;
const idleLimitMs = 60_000;
const stoppedReport = { errorType: 'Stopped', errorMessage: 'the local system is stopping', trace: [] };

interface Waiting {
  resolve(environment: ExecutionEnvironment): void;
  reject(error: unknown): void;
}

export interface EnvironmentPool {
  /** Lends a copy that nobody else uses; `release` it afterwards. */
  acquire(): Promise<ExecutionEnvironment>;
  release(environment: ExecutionEnvironment): void;
  /** Starts the first copy, should there be none. */
  warm(): Promise<void>;
  stop(): Promise<void>;
}

/** Copies of one function: one at first, more while events wait, up to `limit`; idle ones end after a minute. */
export function createEnvironmentPool(start: () => ExecutionEnvironment, limit: number): EnvironmentPool {
  const all = new Set<ExecutionEnvironment>();
  const idle: { environment: ExecutionEnvironment; since: number }[] = [];
  const waiting: Waiting[] = [];
  let starting = 0;
  let stopped = false;

  function release(environment: ExecutionEnvironment): void {
    if (!environment.isAlive()) {
      all.delete(environment);
      if (waiting.length > 0) grow();
      return;
    }
    const next = waiting.shift();
    if (next) next.resolve(environment);
    else idle.push({ environment, since: Date.now() });
  }

  async function grow(): Promise<void> {
    if (stopped || all.size >= limit || starting >= Math.max(1, waiting.length)) return;
    starting++;
    const environment = start();
    all.add(environment);
    try {
      await environment.ready;
    } catch (error) {
      waiting.shift()?.reject(error);
    } finally {
      starting--;
    }
    release(environment);
  }

  const idleCheck = setInterval(() => {
    const oldest = idle[0];
    if (idle.length < 2 || oldest === undefined || Date.now() - oldest.since < idleLimitMs) return;
    idle.shift();
    all.delete(oldest.environment);
    oldest.environment.stop();
  }, idleCheckIntervalMs);
  idleCheck.unref();

  return {
    acquire() {
      if (stopped) return Promise.reject(new FunctionFailed(stoppedReport));
      // The one used last: what it has cached is the freshest, and the others may end.
      const free = idle.pop();
      if (free?.environment.isAlive()) return Promise.resolve(free.environment);
      if (free) all.delete(free.environment);
      const { promise, resolve, reject } = Promise.withResolvers<ExecutionEnvironment>();
      const mine = { resolve, reject };
      waiting.push(mine);
      if (all.size === 0) grow();
      else setTimeout(() => waiting.includes(mine) && grow(), patienceMs);
      return promise;
    },
    release,
    async warm() {
      if (all.size === 0) await grow();
    },
    async stop() {
      stopped = true;
      clearInterval(idleCheck);
      for (const { reject } of waiting.splice(0)) reject(new FunctionFailed(stoppedReport));
      await Promise.all([...all].map((environment) => environment.stop()));
      all.clear();
      idle.length = 0;
    },
  };
}
