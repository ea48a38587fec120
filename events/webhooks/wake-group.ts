/** How many workers each queue of wakes has. */
export const workersOfQueue = { prompt: 100, slow: 100 } as const;

/** How many workers of a queue the endpoints of one newsroom occupy at most. */
export const workersPerNewsroom = 10;

const radix = 36;

/** The letters and digits of an id are random, so the remainder of the number that they write is too. */
function slotOf(endpointId: string): number {
  const digits = endpointId.match(/[a-z\d]/g) ?? [];
  return digits.reduce((rest, digit) => (rest * radix + Number.parseInt(digit, radix)) % workersPerNewsroom, 0);
}

/**
 * The message group of the wakes of an endpoint. A FIFO queue gives the messages of a group to one worker at a time, so
 * a newsroom occupies as many workers as it has groups, however many endpoints it has and however slow they are.
 *
 * @param owner the newsroom; if it is not known, the endpoint has a group of its own
 */
export function wakeGroup({ id, owner }: { readonly id: string; readonly owner?: string | undefined }): string {
  return owner === undefined ? id : `${owner}#${slotOf(id)}`;
}

/**
 * The endpoints in the order in which they are woken: one of each newsroom, then the next of each, and so on. So the
 * wakes of a newsroom do not wait until those of all endpoints of another one are sent.
 */
export function inTurns<Endpoint extends { readonly id: string; readonly owner?: string | undefined }>(
  endpoints: readonly Endpoint[],
): Endpoint[] {
  const turns: Endpoint[][] = [];
  for (const its of Map.groupBy(endpoints, ({ owner }) => owner).values()) {
    for (const [turn, endpoint] of its.entries()) {
      turns[turn] ??= [];
      turns[turn].push(endpoint);
    }
  }
  return turns.flat();
}
