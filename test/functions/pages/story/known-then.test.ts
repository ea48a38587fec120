import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { hourMs } from '../../../../events/dates/durations.ts';
import { developmentWith } from '../../../events/samples.ts';
import { stopClock } from '../../../support/world/eraser.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  stopClock();
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

test('A page as of a day that is not over has another tag later on that day, since it says until when it is known', async () => {
  jest.setSystemTime(new Date('2026-11-29T10:00:00Z'));
  await world.post(developmentWith({}, { subject: 'truce' }));
  const page = '/stories/truce?asOf=2026-11-29';
  const one = await world.get(page);
  expect((await world.get(page, { 'if-none-match': String(one.headers.etag) })).status).toBe(304);
  jest.setSystemTime(Date.now() + hourMs);
  const later = await world.get(page, { 'if-none-match': String(one.headers.etag) });
  expect(later.status).toBe(200);
  expect(later.text).not.toBe(one.text);
});
