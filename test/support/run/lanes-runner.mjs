import TestRunner from 'jest-runner';

/** Tests of whole systems, processes and commands. They wait much of their time: for a start, a schedule, a retry. */
const waiting = /\/test\/(journeys|local|client|commands)\//;

/**
 * Runs tests that mostly wait one after the other, in a worker of their own beside those that keep the cores busy. A
 * third worker for all tests would be in the way of the others.
 */
export default class LanesRunner extends TestRunner {
  #lane;

  constructor(config, context) {
    super(config, context);
    this.#lane = new TestRunner({ ...config, maxWorkers: 1 }, context);
  }

  async runTests(tests, watcher, options) {
    const inLane = tests.filter(({ path }) => waiting.test(path));
    const others = tests.filter(({ path }) => !waiting.test(path));
    if (options.serial || inLane.length === 0 || others.length === 0) return super.runTests(tests, watcher, options);
    await Promise.all([this.#lane.runTests(inLane, watcher, options), super.runTests(others, watcher, options)]);
  }

  on(eventName, listener) {
    const unsubscribe = [super.on(eventName, listener), this.#lane.on(eventName, listener)];
    return () => {
      for (const each of unsubscribe) each();
    };
  }
}
