import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { type Filter, matches, verdictOfFacetKeys } from '../../../events/timeline/filter.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { logger } from '../runtime/observability.ts';
import { changeLine, unreadableLine } from './change-line.ts';
import { EarlierRevisions } from './earlier-revisions.ts';

/**
 * What a request looks at, whatever it finds: the page then is short and `next` goes on. Only what stands in the record is
 * counted, so that the same page always ends at the same entry.
 */
const entriesPerRequest = 1_000;
const revisionsPerRequest = 1_000;

/** As JSON text in JSON, as Lambda counts its 6 MB; and what is compressed to no less grows by a third in base64. */
const bytesPerRequest = 4_000_000;

/** A read asks for at least so many entries if most may be of no use. */
const smallestFilteredRead = 100;

const readsAtOnce = 8;

/** What was made of an entry. */
interface Looked {
  /** The change as JSON text; null if the filter does not take it. */
  readonly line: string | null;
  readonly readable: boolean;
  readonly bytes: number;
  readonly revisions: number;
}

interface Verdict {
  readonly taken: boolean;
  readonly readable: boolean;
  readonly revisions: number;
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');

/** What an item that no version of this code wrote makes of reading it; all else is not the item's fault. */
const isUnreadable = (error: unknown) =>
  error instanceof SyntaxError || error instanceof TypeError || error instanceof EdtfError;

/** What cannot be compared is not kept from anyone: it may have been meant for them. */
async function verdictOn(entry: FeedEntry, filter: Filter, earlier: EarlierRevisions): Promise<Verdict> {
  const told = verdictOfFacetKeys(filter, entry.facets);
  if (told !== null) return { taken: told, readable: true, revisions: 0 };
  const { revision } = entry;
  try {
    if (matches(filter, entry)) return { taken: true, readable: true, revisions: 0 };
    if (revision === 0) return { taken: false, readable: true, revisions: 0 };
    const { isMatch, compared } = await earlier.match(entry.eventId, revision);
    return { taken: isMatch, readable: true, revisions: compared };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    logger.error(`A revision before position ${entry.position}, or there, cannot be read.`, error as Error);
    return { taken: true, readable: false, revisions: revision };
  }
}

function lookAtUnreadable({ known, message }: UnreadableEntry, filter: Filter): Looked {
  logger.error(message);
  const isRuledOut = known.facets !== undefined && verdictOfFacetKeys(filter, known.facets) === false;
  const line = isRuledOut ? null : unreadableLine(known);
  return { line, readable: isRuledOut, bytes: bytesOf(line), revisions: 0 };
}

async function lookAt(entry: FeedEntry | UnreadableEntry, filter: Filter, earlier: EarlierRevisions): Promise<Looked> {
  if (entry instanceof UnreadableEntry) return lookAtUnreadable(entry, filter);
  const { taken, ...verdict } = await verdictOn(entry, filter, earlier);
  if (!taken) return { ...verdict, line: null, bytes: bytesOf(entry.event) };
  try {
    const line = changeLine(entry);
    return { ...verdict, line, bytes: bytesOf(line) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return lookAtUnreadable(new UnreadableEntry(entry, error), filter);
  }
}

/** What is to be looked for. */
export interface ChangesRequest {
  readonly after: number;
  readonly limit: number;
  readonly filter: Filter;
}

/** A page of changes in the making: looks at each entry of the feed once, in order, also if it is asked to go on later. */
export class ChangesScan {
  /** JSON texts. */
  readonly changes: string[] = [];
  /** The position last looked at; the one asked for if there was none. */
  next: number;
  /** Nothing more comes into this page, whatever follows in the feed. */
  isFull = false;
  /** An entry is there, without a gap, after a page that is full: it is not the last one, and never changes. */
  isFollowed = false;
  /** All was understood. What was not may be by a later version of this code. */
  isReadable = true;
  /** The next position cannot be seen yet, though later ones can. */
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
    this.#isFiltered = verdictOfFacetKeys(request.filter, ['ALL']) !== true;
  }

  /** Reads on until the page is full or the feed ends. */
  async advance(): Promise<void> {
    for (let more = true; more && !this.isFull; ) {
      const stretch = await this.#read();
      more = stretch.more && !stretch.gap;
      const looked = await this.#take(stretch.entries);
      this.isBeforeGap = stretch.gap && looked === stretch.entries.length;
      this.isFollowed = this.isFull && (looked < stretch.entries.length || (more && (await this.#isFollowedNow())));
    }
  }

  async #read(): Promise<{ entries: readonly (FeedEntry | UnreadableEntry)[]; more: boolean; gap: boolean }> {
    // One more than the page tells whether there is a next one.
    const wanted = this.#request.limit - this.changes.length + 1;
    const size = this.#isFiltered ? Math.max(wanted, smallestFilteredRead, this.#entries) : wanted;
    try {
      return await feedAfter(this.next, Math.min(size, entriesPerRequest - this.#entries + 1), false);
    } catch (error) {
      if (!(error instanceof UnreadableEntry)) throw error;
      return { entries: [error], more: true, gap: false };
    }
  }

  /** Takes entries in as far as the page goes, and tells how many. */
  async #take(entries: readonly (FeedEntry | UnreadableEntry)[]): Promise<number> {
    const { filter } = this.#request;
    for (let index = 0; index < entries.length; index += readsAtOnce) {
      const few = entries.slice(index, index + readsAtOnce);
      const looked = await inParallel(few, readsAtOnce, (entry) => lookAt(entry, filter, this.#earlier));
      for (const [place, one] of looked.entries()) {
        this.#add(one);
        if (this.isFull) return index + place + 1;
      }
    }
    return entries.length;
  }

  #add({ line, readable, bytes, revisions }: Looked): void {
    if (line !== null) this.changes.push(line);
    // It is the next in order: the stretch was read up to its first gap.
    this.next += 1;
    this.isReadable &&= readable;
    this.#entries += 1;
    this.#revisions += revisions;
    this.#bytes += bytes;
    this.isFull =
      this.changes.length >= this.#request.limit ||
      this.#entries >= entriesPerRequest ||
      this.#revisions >= revisionsPerRequest ||
      this.#bytes >= bytesPerRequest;
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
