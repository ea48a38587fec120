/**
 * Puts items of several newsrooms into an order in which each newsroom has its turn: first one of each, then a second
 * one of each. However many a newsroom has, it holds up no other by more than its turn.
 *
 * @param first picks the newsroom that begins: from 0 to below 1, another one each time
 */
export function inTurn<Item extends { readonly newsroom: string }>(items: readonly Item[], first: number): Item[] {
  const byNewsroom = [...Map.groupBy(items, ({ newsroom }) => newsroom).values()];
  const begin = Math.floor(first * byNewsroom.length);
  const turns = [...byNewsroom.slice(begin), ...byNewsroom.slice(0, begin)];
  const longest = Math.max(0, ...turns.map(({ length }) => length));
  return Array.from({ length: longest }, (_, round) => turns.flatMap((ofOne) => ofOne[round] ?? [])).flat();
}
