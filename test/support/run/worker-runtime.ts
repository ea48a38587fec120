// Node makes one resolver of names in a process, and it keeps the test that made it. So it is made before all tests.
import 'node:dns';
import { createRequire } from 'node:module';
import type { Module } from 'node:vm';
import { globalRegistry } from 'zod';
import { ModuleGraph } from './module-graph.ts';
import type WorkerEnvironment from './worker-environment.ts';

type Exports = Readonly<Record<string, unknown>>;

/** The array in which circus keeps who listens to it, and what it knows of a test file. Both are in the realm. */
const listenersOfCircus = 'EVENT_HANDLERS';
const stateOfCircus = 'JEST_STATE_SYMBOL';

/** Otherwise all that a file has loaded and made would stay until its process ends. */
function forgetFileBefore(): void {
  const realm = globalThis as unknown as Record<symbol, unknown[]>;
  for (const symbol of Object.getOwnPropertySymbols(realm)) {
    // What the first circus has loaded keeps it, and it keeps this array.
    if (symbol.description === listenersOfCircus) realm[symbol]?.splice(0);
    if ([listenersOfCircus, stateOfCircus].includes(symbol.description ?? '')) delete realm[symbol];
  }
  // The package lists schemas that have an id. It has nothing of its own there, nor have other packages.
  globalRegistry.clear();
}

/** What a test file gets as `jest`. */
function jestFor({ moduleMocker, fakeTimersModern: timers }: WorkerEnvironment, replaceModule: ModuleGraph['replace']) {
  const jest = {
    fn: moduleMocker.fn.bind(moduleMocker),
    spyOn: moduleMocker.spyOn.bind(moduleMocker),
    restoreAllMocks() {
      moduleMocker.restoreAllMocks();
      return jest;
    },
    useFakeTimers(options: Parameters<typeof timers.useFakeTimers>[0]) {
      timers.useFakeTimers(options);
      return jest;
    },
    useRealTimers() {
      timers.useRealTimers();
      return jest;
    },
    setSystemTime: timers.setSystemTime.bind(timers),
    advanceTimersByTimeAsync: timers.advanceTimersByTimeAsync.bind(timers),
    unstable_mockModule(specifier: string, exported: () => Exports) {
      replaceModule(specifier, exported());
      return jest;
    },
  };
  return jest;
}

/**
 * Runs a test file in the realm of its process, in place of jest's own runtime. That one makes a realm for each file
 * and evaluates all packages and jest itself in it anew, uncompiled, which takes longer than most files. Here a file
 * has the modules of this project for itself, and shares the packages with those that run after it.
 */
export default class WorkerRuntime {
  readonly #environment: WorkerEnvironment;
  readonly #modules: ModuleGraph;

  constructor(
    _projectConfig: unknown,
    environment: WorkerEnvironment,
    _resolver: unknown,
    _transformer: unknown,
    _sources: unknown,
    _coverage: unknown,
    testFile: string,
  ) {
    this.#environment = environment;
    this.#modules = new ModuleGraph(testFile);
  }

  setGlobalsForRuntime(globals: Exports): void {
    const jest = jestFor(this.#environment, this.#modules.replace.bind(this.#modules));
    this.#modules.replace('@jest/globals', { ...globals, jest });
  }

  /** Loads circus, which keeps the tests of a file in its module. */
  requireInternalModule(path: string): unknown {
    // Each has a list of its own of what it has loaded.
    const require = createRequire(import.meta.url);
    delete require.cache[path];
    forgetFileBefore();
    return require(path);
  }

  requireModule(path: string): unknown {
    return createRequire(import.meta.url)(path);
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  unstable_importModule(path: string): Promise<Module> {
    return this.#modules.import(path);
  }

  getSourceMaps(): Map<string, string> {
    return new Map();
  }

  getAllCoverageInfoCopy(): object {
    return {};
  }

  // Jest's own runtime refuses imports by what runs on after its test file.
  enterTestCode(): void {}

  leaveTestCode(): void {}

  teardown(): void {
    this.#modules.forget();
  }
}
