import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { oneAfterAnother } from '../../../functions/lib/deliver/one-after-another.ts';

test('tasks are done in their order, one at a time, whether or not one fails', async () => {
  const inOrder = oneAfterAnother();
  const log: string[] = [];
  const task = (name: string, ms: number) => async () => {
    log.push(`${name} begins`);
    await setTimeout(ms);
    log.push(`${name} ends`);
    if (name === 'two') throw new Error('two failed');
    return name;
  };
  const done = await Promise.allSettled([inOrder(task('one', 3)), inOrder(task('two', 0)), inOrder(task('three', 1))]);
  expect(done.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
    'one',
    'two failed',
    'three',
  ]);
  expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
});
