import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

type ProjectConfig = ConstructorParameters<typeof ModernFakeTimers>[0]['config'];

/** Node's own limit. Jest's ten times as many frames are dear where errors are what a test is about. */
const stackTraceLimit = 10;

/**
 * Jest's environment of a test file: the realm of its process, which `WorkerRuntime` runs the file in. After the file,
 * it puts back what the file, or jest for it, has changed: environment variables, mocks, timers, and what jest
 * replaces.
 */
export default class WorkerEnvironment {
  readonly global = globalThis;
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;
  readonly #before = {
    variables: { ...process.env },
    exit: process.exit,
    console,
    stackTraceLimit: Error.stackTraceLimit,
  };

  constructor({ projectConfig }: { readonly projectConfig: ProjectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup(): Promise<void> {
    Error.stackTraceLimit = stackTraceLimit;
  }

  async teardown(): Promise<void> {
    const { variables, exit, console, stackTraceLimit } = this.#before;
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
    Object.assign(process.env, variables);
    Object.assign(process, { exit });
    Object.assign(globalThis, { console });
    Object.assign(Error, { stackTraceLimit });
  }

  /** Jest makes no use of it apart from its own runtime. */
  getVmContext(): null {
    return null;
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }
}
