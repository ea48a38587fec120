import all from './jest.config.js';

/**
 * What `npm run test:unit` runs: tests that start no engine, process, page or synthesis, as regular expressions of
 * their paths. `.dependency-cruiser.mjs` refuses an import in them that leads to what starts one.
 */
export const unitTests = [
  'test/events/.+',
  'test/commands/key/grant-options',
  'test/docs/.+',
  'test/examples/karabakh-2020',
  'test/functions/append/(access|preconditions)',
  'test/functions/deliver/sign',
  'test/functions/formats/(atom|csv|geojson|ics|jsonfeed|ndjson|rss|when-in-words)',
  'test/functions/http/(answer-size|problem|query-parameters)',
  'test/functions/json/.+',
  'test/functions/keys/api-key',
  'test/functions/runtime/(aws-client|batch-get|concurrency|environment|failures|position-key|retry|stored-item)',
  'test/infra/edge/canonical-request',
  'test/local/(gateway/route-table|sources/filter)',
  'test/openapi/document',
].map((path) => `${path}\\.test\\.ts$`);

export default { ...all, testMatch: undefined, testRegex: unitTests.map((path) => `/${path}`) };
