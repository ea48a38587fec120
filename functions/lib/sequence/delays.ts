import { revisionKey } from '../event-log/event-log-table.ts';
import type { ItemKey } from '../runtime/stored-item.ts';
import type { Draft, EventDrafts } from './drafts.ts';

/** A revision that is left without a position for now. Those after it of the same event are too. */
export interface Delayed {
  readonly key: ItemKey;
  readonly author: string;
}

/**
 * Leaves out revisions that are delayed, and those after them. It asks once for each revision, however often an event
 * is read.
 */
export class Delays {
  readonly #isDelayed: (draft: Draft) => boolean;
  readonly #answers = new Map<string, boolean>();
  readonly #delayed = new Map<string, Delayed>();

  constructor(isDelayed: (draft: Draft) => boolean) {
    this.#isDelayed = isDelayed;
  }

  get delayed(): readonly Delayed[] {
    return [...this.#delayed.values()];
  }

  #answer(draft: Draft): boolean {
    const name = `${draft.entry.eventId}#${draft.entry.revision}`;
    const answer = this.#answers.get(name) ?? this.#isDelayed(draft);
    this.#answers.set(name, answer);
    return answer;
  }

  without(of: EventDrafts): EventDrafts {
    const index = of.drafts.findIndex((draft) => this.#answer(draft));
    const first = of.drafts[index];
    if (!first) return of;
    const { eventId, revision } = first.entry;
    this.#delayed.set(eventId, { key: revisionKey(eventId, revision), author: first.author });
    return { ...of, drafts: of.drafts.slice(0, index), more: false };
  }
}
