import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { everythingFacet } from '../../../events/filters/facet-keys.ts';
import { type Filter, verdictOfFacetKeys } from '../../../events/timeline/filter.ts';
import { isShown } from '../../../events/webhooks/audience.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { pageLimitBytes } from '../http/answer-size.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { logger } from '../runtime/observability.ts';
import { UnreadableItem } from '../runtime/stored-item.ts';
import { changeLine, unreadableLine } from './changes-answer.ts';
import { EarlierRevisions } from './earlier-revisions.ts';

/**
 * A request looks at this many, whatever it finds: the page then is short and `next` goes on. Only what is in the record is counted,
 * so that the same page always ends at the same entry.
 */
const entriesPerRequest = 1_000;
const revisionsPerRequest = 1_000;

/** A read asks for at least this many entries if most of them may not be shown. */
const smallestFilteredRead = 100;

const readsAtOnce = 8;

/** Whether an entry is shown, and what it took to find out. */
interface Verdict {
  readonly isShown: boolean;
  /** The entry and the earlier revisions could be read. What could not be read may be by a later version of this code. */
  readonly isReadable: boolean;
  /** How many earlier revisions were compared with the filter. */
  readonly revisions: number;
}

/** What an entry adds to a page. */
interface Addition extends Omit<Verdict, 'isShown'> {
  /** The change as JSON text; null if it is not shown. */
  readonly line: string | null;
  readonly bytes: number;
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Errors of reading an item that no version of this code wrote; any other error is not the item's fault. */
const isUnreadable = (error: unknown) =>
  [UnreadableItem, SyntaxError, TypeError, EdtfError].some((kind) => error instanceof kind);

/** What cannot be compared is shown: the reader may have been shown the original. */
async function verdictOn(entry: FeedEntry, filter: Filter, earlier: EarlierRevisions): Promise<Verdict> {
  const { eventId, revision, position } = entry;
  try {
    const verdict = isShown(filter, entry);
    if (verdict !== null) return { isShown: verdict, isReadable: true, revisions: 0 };
    const { isShown: areEarlierShown, compared } = await earlier.areShown(eventId, revision);
    return { isShown: areEarlierShown, isReadable: true, revisions: compared };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    logger.error(`The revision at position ${position}, or an earlier one, cannot be read.`, error as Error);
    return { isShown: true, isReadable: false, revisions: revision };
  }
}

function additionOfUnreadable({ known, message }: UnreadableEntry, filter: Filter): Addition {
  logger.error(message);
  const isRuledOut = known.facets !== undefined && verdictOfFacetKeys(filter, known.facets) === false;
  const line = isRuledOut ? null : unreadableLine(known);
  return { line, isReadable: isRuledOut, bytes: bytesOf(line), revisions: 0 };
}

async function additionOf(
  entry: FeedEntry | UnreadableEntry,
  filter: Filter,
  earlier: EarlierRevisions,
): Promise<Addition> {
  if (entry instanceof UnreadableEntry) return additionOfUnreadable(entry, filter);
  const { isShown: hasLine, ...cost } = await verdictOn(entry, filter, earlier);
  if (!hasLine) return { ...cost, line: null, bytes: bytesOf(entry.event) };
  try {
    const line = changeLine(entry);
    return { ...cost, line, bytes: bytesOf(line) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return additionOfUnreadable(new UnreadableEntry(entry, error), filter);
  }
}

/** Which changes are requested. */
export interface ChangesRequest {
  readonly after: number;
  readonly limit: number;
  readonly filter: Filter;
}

/** A page of changes that is being filled. It looks at each entry of the feed once, in order, also if it goes on later. */
export class ChangesScan {
  /** JSON texts. */
  readonly changes: string[] = [];
  /** The last position that was looked at; the requested one if there was none. */
  next: number;
  /** Nothing more comes into this page, whatever follows in the feed. */
  isFull = false;
  /** The page is full and the feed has an entry behind it, without a gap: the page is not the last one, and never changes. */
  isFollowed = false;
  /** Everything could be read. What could not be read may be by a later version of this code. */
  isReadable = true;
  /** The next position is not visible yet, though later ones can. */
  isBeforeGap = false;

  readonly #request: ChangesRequest;
  readonly #isFiltered: boolean;
  readonly #earlier: EarlierRevisions;
  #entries = 0;
  #revisions = 0;
  #bytes = 0;

  constructor(request: ChangesRequest) {
    this.#request = request;
    this.next = request.after;
    this.#earlier = new EarlierRevisions(request.filter);
    this.#isFiltered = verdictOfFacetKeys(request.filter, [everythingFacet]) !== true;
  }

  /** Reads on until the page is full or the feed ends. */
  async advance(): Promise<void> {
    for (let more = true; more && !this.isFull; ) {
      const read = await this.#read();
      more = read.more && !read.gap;
      const added = await this.#addAll(read.entries);
      this.isBeforeGap = read.gap && added === read.entries.length;
      this.isFollowed = this.isFull && (added < read.entries.length || (more && (await this.#isFollowedNow())));
    }
  }

  async #read(): Promise<{ entries: readonly (FeedEntry | UnreadableEntry)[]; more: boolean; gap: boolean }> {
    // One entry more than the page has room for tells whether there is a next page.
    const wanted = this.#request.limit - this.changes.length + 1;
    const size = this.#isFiltered ? Math.max(wanted, smallestFilteredRead, this.#entries) : wanted;
    try {
      return await feedAfter(this.next, Math.min(size, entriesPerRequest - this.#entries + 1), false);
    } catch (error) {
      if (!(error instanceof UnreadableEntry)) throw error;
      return { entries: [error], more: true, gap: false };
    }
  }

  /** Adds entries until the page is full. @returns how many were added */
  async #addAll(entries: readonly (FeedEntry | UnreadableEntry)[]): Promise<number> {
    const { filter } = this.#request;
    for (let index = 0; index < entries.length; index += readsAtOnce) {
      const few = entries.slice(index, index + readsAtOnce);
      const additions = await inParallel(few, readsAtOnce, (entry) => additionOf(entry, filter, this.#earlier));
      for (const [place, addition] of additions.entries()) {
        this.#add(addition);
        if (this.isFull) return index + place + 1;
      }
    }
    return entries.length;
  }

  #add({ line, isReadable, bytes, revisions }: Addition): void {
    if (line !== null) this.changes.push(line);
    // It is the next in order: entries are read up to the first gap.
    this.next += 1;
    this.isReadable &&= isReadable;
    this.#entries += 1;
    this.#revisions += revisions;
    this.#bytes += bytes;
    this.isFull =
      this.changes.length >= this.#request.limit ||
      this.#entries >= entriesPerRequest ||
      this.#revisions >= revisionsPerRequest ||
      this.#bytes >= pageLimitBytes;
  }

  async #isFollowedNow(): Promise<boolean> {
    try {
      return (await feedAfter(this.next, 1, false)).entries.length > 0;
    } catch (error) {
      if (error instanceof UnreadableEntry) return true;
      throw error;
    }
  }
}
