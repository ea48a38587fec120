import type { Delivery } from '../subscribers/deliveries/deliveries.ts';
import { deliveryBefore } from '../subscribers/deliveries/delivery-lists.ts';
import { type StateChanges, settledTo } from '../subscribers/endpoints/endpoint-state.ts';
import { noteProgress, type Run } from './run.ts';

/** The next deliveries of an endpoint in order, and the status of each. All deliveries before the page are settled. */
export class DeliveryPage {
  readonly #run: Run;
  readonly #deliveries: readonly Delivery[];
  readonly #statuses: Delivery['status'][];
  #taken = 0;
  /** How many deliveries at the start of the page are settled. */
  #settled = 0;

  constructor(run: Run, deliveries: readonly Delivery[]) {
    this.#run = run;
    this.#deliveries = deliveries;
    this.#statuses = deliveries.map(({ status }) => status);
  }

  /** The next pending delivery that was not taken yet; null if there is none. */
  take(): { readonly delivery: Delivery; readonly index: number } | null {
    while (this.#taken < this.#deliveries.length) {
      const index = this.#taken++;
      const delivery = this.#deliveries[index] as Delivery;
      if (delivery.status === 'pending') return { delivery, index };
    }
    return null;
  }

  /** The next pending deliveries that were not taken yet, up to a limit. */
  upcoming(limit: number): Delivery[] {
    const waiting = this.#deliveries.slice(this.#taken, this.#taken + limit);
    return waiting.filter(({ status }) => status === 'pending');
  }

  /**
   * The position of the message before a delivery of the page; null for the first message of the endpoint. Call it when
   * it is decided for all deliveries before it whether they are withdrawn.
   */
  async previousOf(index: number): Promise<number | null> {
    const before = this.#statuses.slice(0, index).findLastIndex((status) => status !== 'withdrawn');
    if (before >= 0) return (this.#deliveries[before] as Delivery).position;
    const { position } = this.#deliveries[index] as Delivery;
    const known = await deliveryBefore(this.#run.endpoint.id, position);
    if (known) return known.position;
    // The deliveries before it may have expired. The state still has the position of the last message that was sent.
    const { lastPosition = 0 } = this.#run.state;
    return lastPosition > 0 && lastPosition < position ? lastPosition : null;
  }

  /**
   * Sets the status of a delivery, and advances the state over the settled deliveries at the start of the page.
   *
   * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
   */
  async settle(index: number, status: Delivery['status'], changes: StateChanges): Promise<void> {
    this.#statuses[index] = status;
    const sent = status === 'withdrawn' ? 0 : (this.#deliveries[index] as Delivery).position;
    const { lastPosition = 0 } = this.#run.state;
    await noteProgress(this.#run, {
      ...changes,
      ...settledTo(this.#run.state, this.#through()),
      ...(sent > lastPosition && { lastPosition: sent }),
    });
  }

  /**
   * Advances the state over the settled deliveries, also if none of the page was pending.
   *
   * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
   */
  async passSettled(): Promise<void> {
    const { state } = this.#run;
    const through = this.#through();
    if (through > state.sendAfter) await noteProgress(this.#run, settledTo(state, through));
  }

  #through(): number {
    while (this.#settled < this.#statuses.length && this.#statuses[this.#settled] !== 'pending') this.#settled += 1;
    return Math.max(this.#run.state.sendAfter, this.#deliveries[this.#settled - 1]?.position ?? 0);
  }
}
