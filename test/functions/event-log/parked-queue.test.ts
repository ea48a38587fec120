import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../support/world/gateway-event.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';

const key = { pk: 'F', sk: '000000000042' };
let queue: ParkedQueue;

beforeAll(async () => {
  queue = await startParkedQueue();
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    EVENT_LOG_TABLE: 'EventLog',
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_SERVICE_NAME: 'project',
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => queue.stop());

test('a parked item is sent to the queue by its key, and counted', async () => {
  const written: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void written.push(line));
  const { park } = await import('../../../functions/lib/event-log/parked-queue.ts');
  const { streamHandler } = await import('../../../functions/lib/runtime/stream.ts');
  await streamHandler(() => park(key, new Error('It cannot be read.')))({}, lambdaContext);
  expect(queue.sent()).toEqual([key]);
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    {
      _aws: { CloudWatchMetrics: [{ Namespace: 'Timeline', Metrics: [{ Name: 'Parked', Unit: 'Count' }] }] },
      service: 'project',
      Parked: 1,
    },
  ]);
});
