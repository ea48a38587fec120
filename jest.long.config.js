import all, { longTests } from './jest.config.js';

/** What `npm run test:long` runs: the files whose names end with `.long.test.ts`. */
export default { ...all, testMatch: undefined, testRegex: longTests, testPathIgnorePatterns: [] };
