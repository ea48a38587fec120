import { deliveriesAfter, lastDelivery } from '../subscribers/deliveries/delivery-lists.ts';

/**
 * The first position from which on all deliveries of an endpoint satisfy a condition. Positions and times rise
 * together, so it is found by bisection.
 *
 * @param end a position after all deliveries
 */
async function firstWhere(
  endpointId: string,
  end: number,
  condition: (publishedAt: string) => boolean,
): Promise<number> {
  let low = 1;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [found] = await deliveriesAfter(endpointId, middle - 1, high - 1, 1);
    if (!found || condition(found.publishedAt)) high = middle;
    else low = found.position + 1;
  }
  return low;
}

/**
 * The range of positions, both included, of an endpoint's deliveries that were published between two instants, both
 * included.
 *
 * @param first text that sorts like RFC 3339 in UTC with milliseconds
 * @param last likewise
 */
export async function positionsPublished(
  endpointId: string,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<{ from: number; to: number }> {
  const end = ((await lastDelivery(endpointId))?.position ?? 0) + 1;
  const [from, after] = await Promise.all([
    firstWhere(endpointId, end, (publishedAt) => publishedAt >= first),
    firstWhere(endpointId, end, (publishedAt) => publishedAt > last),
  ]);
  return { from, to: after - 1 };
}
