import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inParallel, oneAfterAnother } from '../../../functions/lib/runtime/concurrency.ts';

const settled = () => new Promise(setImmediate);

/** Work that is under way until it is told to end. */
function heldWork() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const work = (item: string) => {
    begun.push(item);
    const end = Promise.withResolvers<string>();
    ends.set(item, end);
    return end.promise;
  };
  return {
    begun,
    work,
    end: (item: string) => ends.get(item)?.resolve(`${item} done`),
    fail: (item: string) => ends.get(item)?.reject(new Error(item)),
  };
}

test('results are in the order of the items, whichever work ends first', async () => {
  const { work, end } = heldWork();
  const results = inParallel(['a', 'b', 'c'], 3, work);
  await settled();
  for (const item of ['c', 'a', 'b']) end(item);
  expect(await results).toEqual(['a done', 'b done', 'c done']);
});

test('no more items than the width are worked on at a time', async () => {
  const { begun, work, end } = heldWork();
  const results = inParallel(['a', 'b', 'c', 'd'], 2, work);
  await settled();
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const item of ['a', 'c']) end(item);
  await settled();
  end('d');
  expect(await results).toEqual(['a done', 'b done', 'c done', 'd done']);
});

test('after a failure no further work begins, and the failure is thrown when the work in progress has ended', async () => {
  const { begun, work, end, fail } = heldWork();
  let thrown: unknown;
  const results = inParallel(['a', 'b', 'c'], 2, work).catch((error) => {
    thrown = error;
  });
  await settled();
  fail('a');
  await settled();
  expect(thrown).toBeUndefined();
  end('b');
  await results;
  expect(thrown).toEqual(new Error('a'));
  expect(begun).toEqual(['a', 'b']);
});

test('without items there are no results', async () => {
  expect(await inParallel([], 4, async () => 'never')).toEqual([]);
});

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
