/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Chance {
  /** True so often. */
  so(probability: number): boolean;
  /** From 0 to below `end`. */
  below(end: number): number;
  /** One of these. */
  of<Item>(items: readonly Item[]): Item;
  /** Some of these, in any order, some of them more than once. */
  someOf<Item>(items: readonly Item[]): Item[];
}

export function chance(seed: number): Chance {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  const of = <Item>(items: readonly Item[]) => items[below(items.length)] as Item;
  return {
    so: (probability) => next() < probability,
    below,
    of,
    someOf: (items) => Array.from({ length: below(items.length + 1) }, () => of(items)),
  };
}
