/** What `npm run test:tools` runs: tests with a browser, with PHP, or with tools that are not from npm. */
export const toolTests = [
  '/test/(browser|wordpress)/.+\\.test\\.ts$',
  '/test/infra/template/(cfn-lint|moto)\\.test\\.ts$',
];

/**
 * What `npm run test:long` runs: long fault runs. What they test is killed again and again, or interrupted at each of
 * its calls, or plays a long history made by chance.
 */
export const longTests = ['/test/.+\\.long\\.test\\.ts$'];

/** Node takes the types out of the modules; nothing else is changed in them. */
export default {
  runner: '<rootDir>/test/support/run/lanes-runner.mjs',
  runtime: '<rootDir>/test/support/run/worker-runtime.ts',
  testEnvironment: '<rootDir>/test/support/run/worker-environment.ts',
  transform: {},
  globalSetup: '<rootDir>/test/support/run/make-shared-folder.ts',
  globalTeardown: '<rootDir>/test/support/run/remove-shared-folder.ts',
  setupFiles: ['<rootDir>/test/setup.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [...toolTests, ...longTests],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/', '<rootDir>/.timeline/'],
  // A worker and its engine keep a core busy. A third one would slow both: 24 files took 97 seconds by three, 88 by
  // two.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/run/longest-first.mjs',
  // Only a test that hangs takes so long. No test has a limit of its own: tests are not timed, and machines are slow.
  testTimeout: 600_000,
};
