import type { ExecutionEnvironment } from './execution-environment.ts';
import { FunctionFailed } from './execution-environment.ts';

/** How long an event waits before another copy is started. A new one is slow at first, and most events wait less. */
const maximumWaitMs = 25;
/** If an event waits longer than this, the copies are waiting themselves and do not use the cores. */
const longWaitMs = 250;
const idleCheckIntervalMs = 30_000;
const idleLimitMs = 60_000;
const stoppedReport = { errorType: 'Stopped', errorMessage: 'the local system is stopping', trace: [] };

interface Waiting {
  /** Epoch milliseconds. */
  readonly since: number;
  resolve(environment: ExecutionEnvironment): void;
  reject(error: unknown): void;
}

export interface EnvironmentPool {
  /** A copy for one event. `release` it afterwards. */
  acquire(): Promise<ExecutionEnvironment>;
  release(environment: ExecutionEnvironment): void;
  /** Starts the first copy, if there is none. */
  warm(): Promise<void>;
  stop(): Promise<void>;
}

export interface PoolLimits {
  /** The number of copies that keep the cores busy. */
  readonly busy: number;
  /** The maximum number of copies, if most of them only wait. */
  readonly maximum: number;
}

/**
 * The copies of one function: one at first, and more within the limits while events wait. Idle copies end after a
 * minute.
 */
export function createEnvironmentPool(
  start: () => ExecutionEnvironment,
  { busy, maximum }: PoolLimits,
): EnvironmentPool {
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
    // Beyond `busy`, copies are started one at a time, so that other functions get the cores.
    const startingAtMost = all.size < busy ? Math.max(1, waiting.length) : 1;
    if (stopped || all.size >= maximum || starting >= startingAtMost) return;
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
    growIfLate();
  }

  function growIfLate(): void {
    const [first] = waiting;
    const limitMs = all.size < busy ? maximumWaitMs : longWaitMs;
    if (first && Date.now() - first.since >= limitMs) grow();
  }

  const idleCheck = setInterval(() => {
    const expired = idle.filter(({ since }) => Date.now() - since >= idleLimitMs);
    // The copy used last stays.
    for (const { environment } of idle.splice(0, Math.min(expired.length, idle.length - 1))) {
      all.delete(environment);
      environment.stop();
    }
  }, idleCheckIntervalMs);
  idleCheck.unref();

  return {
    acquire() {
      if (stopped) return Promise.reject(new FunctionFailed(stoppedReport));
      // The copy used last has the freshest caches, and the others can end.
      const free = idle.pop();
      if (free?.environment.isAlive()) return Promise.resolve(free.environment);
      if (free) all.delete(free.environment);
      const { promise, resolve, reject } = Promise.withResolvers<ExecutionEnvironment>();
      waiting.push({ resolve, reject, since: Date.now() });
      if (all.size === 0) grow();
      else for (const waitMs of [maximumWaitMs, longWaitMs]) setTimeout(growIfLate, waitMs + 1).unref();
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
