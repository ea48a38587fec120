/** A wake in a FIFO queue, and how long its worker takes. */
export interface QueuedWake {
  readonly group: string;
  /** When it was sent, in milliseconds. The wakes are in this order. */
  readonly sentAt: number;
  readonly durationMs: number;
}

/**
 * When each wake is taken by a worker, in milliseconds: a model of a FIFO queue with Lambda behind it, with batches of
 * one. A free worker takes the first wake whose group no other worker is busy with.
 */
export function takenAt(wakes: readonly QueuedWake[], workers: number): number[] {
  const taken: number[] = [];
  const waiting = [...wakes.entries()];
  const busy: { readonly group: string; readonly until: number }[] = [];
  for (let now = 0; waiting.length > 0; ) {
    for (let index = 0; index < busy.length; ) {
      if ((busy[index]?.until ?? 0) <= now) busy.splice(index, 1);
      else index += 1;
    }
    const groups = new Set(busy.map(({ group }) => group));
    const next =
      busy.length < workers ? waiting.findIndex(([, { group, sentAt }]) => sentAt <= now && !groups.has(group)) : -1;
    const [found] = next < 0 ? [] : waiting.splice(next, 1);
    if (found) {
      const [index, { group, durationMs }] = found;
      taken[index] = now;
      busy.push({ group, until: now + durationMs });
    } else {
      const later = [...busy.map(({ until }) => until), ...waiting.map(([, { sentAt }]) => sentAt)];
      now = Math.min(...later.filter((at) => at > now));
    }
  }
  return taken;
}
