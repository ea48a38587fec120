import type { Delivery } from '../subscribers/deliveries.ts';
import { deliveryBefore } from '../subscribers/delivery-lists.ts';
import { type StateChanges, settledTo } from '../subscribers/endpoint-state.ts';
import { type Run, save } from './run.ts';

/** Deliveries that follow on each other and on all that is settled, and what has become of each. */
export class DeliveryPage {
  readonly #run: Run;
  readonly #deliveries: readonly Delivery[];
  readonly #statuses: Delivery['status'][];
  #taken = 0;
  /** So many from the front are settled. */
  #settled = 0;

  constructor(run: Run, deliveries: readonly Delivery[]) {
    this.#run = run;
    this.#deliveries = deliveries;
    this.#statuses = deliveries.map(({ status }) => status);
  }

  /** The next that is pending and has not been taken yet. */
  take(): { readonly delivery: Delivery; readonly index: number } | null {
    while (this.#taken < this.#deliveries.length) {
      const index = this.#taken++;
      const delivery = this.#deliveries[index] as Delivery;
      if (delivery.status === 'pending') return { delivery, index };
    }
    return null;
  }

  /** The position of the message before one of them; null for the first of the endpoint. Of those before, none may be undecided. */
  async previousOf(index: number): Promise<number | null> {
    const before = this.#statuses.slice(0, index).findLastIndex((status) => status !== 'withdrawn');
    if (before >= 0) return (this.#deliveries[before] as Delivery).position;
    const { position } = this.#deliveries[index] as Delivery;
    const known = await deliveryBefore(this.#run.endpoint.id, position);
    if (known) return known.position;
    // Those before it may be forgotten by now; what was sent last is not.
    const { lastPosition = 0 } = this.#run.state;
    return lastPosition > 0 && lastPosition < position ? lastPosition : null;
  }

  /** Advances the state over what is settled, from the front. @throws {ConcurrencyConflict} */
  async settle(index: number, status: Delivery['status'], changes: StateChanges): Promise<void> {
    this.#statuses[index] = status;
    const sent = status === 'withdrawn' ? 0 : (this.#deliveries[index] as Delivery).position;
    const { lastPosition = 0 } = this.#run.state;
    await save(this.#run, {
      ...changes,
      ...settledTo(this.#run.state, this.#through()),
      ...(sent > lastPosition && { lastPosition: sent }),
    });
  }

  /** Advances it also if nothing in the page was pending. @throws {ConcurrencyConflict} */
  async passSettled(): Promise<void> {
    const { state } = this.#run;
    const through = this.#through();
    if (through > state.sendAfter) await save(this.#run, settledTo(state, through));
  }

  #through(): number {
    while (this.#settled < this.#statuses.length && this.#statuses[this.#settled] !== 'pending') this.#settled += 1;
    return Math.max(this.#run.state.sendAfter, this.#deliveries[this.#settled - 1]?.position ?? 0);
  }
}
