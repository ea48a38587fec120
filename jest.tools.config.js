import all, { toolTests } from './jest.config.js';

/**
 * What `npm run test:tools` runs: tests that need a browser or a tool that is not from npm. Without it, they are
 * skipped and say so.
 */
export default { ...all, testMatch: undefined, testRegex: toolTests, testPathIgnorePatterns: [], maxWorkers: 2 };
