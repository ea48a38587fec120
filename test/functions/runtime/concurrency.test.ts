import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { inParallel, inTurns, oneAfterAnother } from '../../../functions/lib/runtime/concurrency.ts';

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

describe('The work of several owners', () => {
  test('is done in the order of each, and they take turns', async () => {
    const begun: string[] = [];
    const turns = inTurns<string>(1, async (item) => {
      begun.push(item);
    });
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) turns.add(item.charAt(0), item);
    await turns.until(0);
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('is done for no more owners at a time than the width, for none twice at a time, and what is added later after it', async () => {
    const { begun, work, end } = heldWork();
    const turns = inTurns<string>(2, async (item) => {
      await work(item);
    });
    for (const item of ['a1', 'a2', 'b1', 'c1']) turns.add(item.charAt(0), item);
    expect(begun).toEqual(['a1', 'b1']);
    end('b1');
    await settled();
    expect(begun).toEqual(['a1', 'b1', 'c1']);
    turns.add('a', 'a3');
    end('c1');
    await settled();
    expect(begun).toEqual(['a1', 'b1', 'c1']);
    for (const item of ['a1', 'a2', 'a3']) {
      end(item);
      await settled();
    }
    await turns.until(0);
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
  });

  test('can be waited for until so much is left', async () => {
    const { work, end } = heldWork();
    const turns = inTurns<string>(2, async (item) => {
      await work(item);
    });
    for (const item of ['a', 'b']) turns.add(item, item);
    let isRoom = false;
    const waiting = turns.until(1).then(() => {
      isRoom = true;
    });
    await settled();
    expect(isRoom).toBe(false);
    end('b');
    await waiting;
    end('a');
    await turns.until(0);
  });
});
