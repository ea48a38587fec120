/** ES modules run as they are; swc only strips the types. */
export default {
  testEnvironment: '<rootDir>/test/environment.ts',
  globalSetup: '<rootDir>/test/support/run/make-shared-folder.ts',
  globalTeardown: '<rootDir>/test/support/run/remove-shared-folder.ts',
  setupFiles: ['<rootDir>/test/setup.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.md'],
  transform: {
    '\\.md$': '<rootDir>/test/support/run/text-module.ts',
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024', experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/', '<rootDir>/.timeline/'],
  // Tests wait for engines a part of the time: three workers keep two cores busy.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/support/run/longest-first.mjs',
  testTimeout: 30_000,
};
