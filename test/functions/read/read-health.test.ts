import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { healthAnswer } from '../../../functions/lib/read/health/health-answer.ts';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

describe('the state of the system', () => {
  test('is ok before the first event, and says up to where the timelines show the record', async () => {
    expect((await world.get('/v1/health')).body).toEqual({ status: 'ok', position: 0 });
    const { id } = (await world.post(developmentWith({}, { id: 'first' }))).body;
    await world.settle(id);
    const { status, headers, body } = await world.get('/v1/health');
    expect([status, headers['cache-control'], body]).toEqual([200, 'no-store', { status: 'ok', position: 1 }]);
  });

  test('takes no parameters', async () => {
    expect((await world.get('/v1/health?deep=1')).body).toEqual(refused({ parameter: 'deep' }));
  });

  const published = { publishedAt: '2026-11-28T00:00:00.000Z' };

  test.each([
    ['ok', 60_000],
    ['behind', 60_001],
  ])('is %s %i ms after something was published that the timelines do not show', (status, ms) => {
    expect(healthAnswer(41, published, Date.parse(published.publishedAt) + ms)).toEqual({ status, position: 41 });
  });
});
