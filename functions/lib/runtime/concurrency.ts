/**
 * Does the work for each item, at most `width` items at a time. After a failure no further work begins.
 *
 * @returns the results in the order of the items
 * @throws {Error} the first failure, when all work in progress has ended
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  const entries = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of entries) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  const failure = workers.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return results;
}

/**
 * Runs tasks one after another, in the order in which they are given. A task that fails does not keep the next from
 * running.
 */
export function oneAfterAnother(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const done = last.then(task, task);
    last = done.catch(() => undefined);
    return done;
  };
}

/** Work of several owners, which take turns. */
export interface Turns<Item> {
  /** Adds an item behind those of its owner. */
  readonly add: (owner: string, item: Item) => void;
  /** Waits until at most so many items are left, with those in progress. */
  readonly until: (most: number) => Promise<void>;
}

/**
 * Does the work of several owners: that of each one after the other, in the order in which it was added, and of at most
 * `width` owners at a time. After one item of an owner, it is the turn of those that have waited for longer.
 *
 * @param work must not fail
 */
export function inTurns<Item>(width: number, work: (item: Item) => Promise<void>): Turns<Item> {
  /** In the order of turns. */
  const queues = new Map<string, Item[]>();
  const working = new Set<string>();
  let left = 0;
  let ended = Promise.withResolvers<void>();

  async function take(owner: string, queue: Item[]): Promise<void> {
    working.add(owner);
    await work(queue.shift() as Item);
    working.delete(owner);
    queues.delete(owner);
    if (queue.length > 0) queues.set(owner, queue);
    left--;
    ended.resolve();
    ended = Promise.withResolvers();
    begin();
  }

  function begin(): void {
    for (const [owner, queue] of queues) {
      if (working.size >= width) return;
      if (!working.has(owner)) void take(owner, queue);
    }
  }

  return {
    add(owner, item) {
      const queue = queues.get(owner);
      if (queue) queue.push(item);
      else queues.set(owner, [item]);
      left++;
      begin();
    },
    async until(most) {
      while (left > most) await ended.promise;
    },
  };
}
