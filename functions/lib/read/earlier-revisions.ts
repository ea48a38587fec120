import type { PublishedRevision } from '../../../events/revision.ts';
import { type Filter, matches } from '../../../events/timeline/filter.ts';
import { revisionsOf, sequencedOf } from '../event-log/log.ts';

/** What was found of an event. */
interface Compared {
  readonly revisions: readonly PublishedRevision[];
  /** Revisions below this one were compared with the filter. */
  readonly through: number;
  readonly isMatch: boolean;
}

const nothing: Compared = { revisions: [], through: 0, isMatch: false };

async function allBefore(eventId: string, revision: number): Promise<PublishedRevision[]> {
  const seen = sequencedOf(await revisionsOf(eventId, false));
  const isWhole = seen.filter((one) => one.revision < revision).length === revision;
  // A replica may not have all of them yet.
  return isWhole ? seen : sequencedOf(await revisionsOf(eventId, true));
}

/** Whether a filter takes what events were before. Each event is read once, each of its revisions compared once. */
export class EarlierRevisions {
  readonly #filter: Filter;
  readonly #events = new Map<string, Promise<Compared>>();

  constructor(filter: Filter) {
    this.#filter = filter;
  }

  /**
   * Whether the filter takes any revision of an event before one that has its place in the record; all of them have theirs then.
   *
   * @param revision no lower than at the call before
   * @returns also how many had to be compared for that: they follow from the calls alone, not from what was read when
   * @throws {SyntaxError} if one of them cannot be read
   */
  async match(eventId: string, revision: number): Promise<{ isMatch: boolean; compared: number }> {
    const before = this.#events.get(eventId) ?? Promise.resolve(nothing);
    const after = before.then((known) => this.#compare(eventId, revision, known));
    this.#events.set(eventId, after);
    const { through, isMatch } = await after;
    return { isMatch, compared: through - (await before).through };
  }

  async #compare(eventId: string, revision: number, known: Compared): Promise<Compared> {
    if (known.isMatch) return known;
    const isEnough = known.revisions.length >= revision;
    const revisions = isEnough ? known.revisions : await allBefore(eventId, revision);
    const isMatch = revisions
      .filter((one) => one.revision >= known.through && one.revision < revision)
      .some((one) => matches(this.#filter, one));
    return { revisions, through: revision, isMatch };
  }
}
