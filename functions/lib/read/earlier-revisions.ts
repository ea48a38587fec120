import type { PublishedRevision } from '../../../events/revision.ts';
import type { Filter } from '../../../events/timeline/filter.ts';
import { firstShown } from '../../../events/webhooks/audience.ts';
import { revisionsOf, sequencedOf } from '../event-log/log.ts';

/** What is known of an event. */
interface Compared {
  readonly revisions: readonly PublishedRevision[];
  /** Revisions below this one were compared with the filter. */
  readonly through: number;
  readonly isShown: boolean;
}

const nothing: Compared = { revisions: [], through: 0, isShown: false };

async function revisionsThrough(eventId: string, revision: number): Promise<PublishedRevision[]> {
  const seen = sequencedOf(await revisionsOf(eventId, false));
  const isWhole = seen.filter((one) => one.revision < revision).length === revision;
  // A replica may not have all of them yet.
  return isWhole ? seen : sequencedOf(await revisionsOf(eventId, true));
}

/** Whether a filter matches what events were before. Each event is read once, and each of its revisions compared once. */
export class EarlierRevisions {
  readonly #filter: Filter;
  readonly #events = new Map<string, Promise<Compared>>();

  constructor(filter: Filter) {
    this.#filter = filter;
  }

  /**
   * Whether a reader is shown any revision of an event before one that has its position; all of them have theirs then.
   *
   * @param revision no lower than at the call before
   * @returns also how many were compared for that: the number follows from the calls alone, not from what was read when
   * @throws {SyntaxError} when one of them cannot be read
   */
  async areShown(eventId: string, revision: number): Promise<{ isShown: boolean; compared: number }> {
    const before = this.#events.get(eventId) ?? Promise.resolve(nothing);
    const after = before.then((known) => this.#compare(eventId, revision, known));
    this.#events.set(eventId, after);
    const { through, isShown } = await after;
    return { isShown, compared: through - (await before).through };
  }

  async #compare(eventId: string, revision: number, known: Compared): Promise<Compared> {
    if (known.isShown) return known;
    const isEnough = known.revisions.length >= revision;
    const revisions = isEnough ? known.revisions : await revisionsThrough(eventId, revision);
    const uncompared = revisions.filter((one) => one.revision >= known.through && one.revision < revision);
    return { revisions, through: revision, isShown: firstShown(this.#filter, uncompared) !== null };
  }
}
