import type { PublishedRevision } from '../../events/revision.ts';
import { placedOf, revisionsOf } from './event-log.ts';

/** What events were before, each read once. */
export class EarlierRevisions {
  readonly #events = new Map<string, Promise<PublishedRevision[]>>();

  /**
   * All revisions of an event before one that has its place in the record: then all of them have theirs.
   *
   * @throws {SyntaxError} if one of them cannot be read
   */
  async before(eventId: string, revision: number): Promise<PublishedRevision[]> {
    const seen = await this.#read(eventId, revision, false);
    // A replica may not have all of them yet.
    return seen.length === revision ? seen : this.#read(eventId, revision, true);
  }

  async #read(eventId: string, revision: number, consistent: boolean): Promise<PublishedRevision[]> {
    const known = consistent ? undefined : this.#events.get(eventId);
    const reading = known ?? revisionsOf(eventId, consistent).then(placedOf);
    this.#events.set(eventId, reading);
    return (await reading).filter((one) => one.revision < revision);
  }
}
