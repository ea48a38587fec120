import { type EventValues, lastingLists, noValues } from '../../../../events/event-values.ts';
import { isWholeRedaction } from '../../../../events/redaction.ts';
import { type Filter, matches } from '../../../../events/timeline/filter.ts';
import { feedAfter, UnreadableEntry } from '../../event-log/feed.ts';
import type { FeedEntry, ReadablePart } from '../../event-log/log-items.ts';
import type { PlacedRevision } from '../../event-log/published.ts';
import { pageLimitBytes } from '../../http/answer-size.ts';
import { isFaultOfItem } from '../../runtime/failures.ts';
import { logger } from '../../runtime/observability.ts';
import { changeLine, unreadableLine } from './changes-answer.ts';
import { type RedactionsByEvent, redactionsUnderWay } from './redactions-under-way.ts';
import { shownContents } from './shown-revisions.ts';

/**
 * A request looks at this many, whatever it finds: the page then is short and `next` goes on. Only what is in the
 * record is counted, so that the same page always ends at the same entry.
 */
const entriesPerRequest = 1_000;

/** A read asks for at least this many entries if most of them may not be shown. */
const smallestFilteredRead = 100;

/** The contents of this many entries are read together: at most 3 MB, and one call to DynamoDB. */
const contentsPerRead = 50;

/** What an entry adds to a page. */
interface Addition {
  /** The change as JSON text; null if it is not shown. */
  readonly line: string | null;
  /** Whether its revision could be read. What could not be read may be by a later version of this code. */
  readonly isReadable: boolean;
}

function unreadable(known: ReadablePart, error: unknown): Addition {
  logger.error(`The revision at position ${known.position} cannot be read.`, error as Error);
  return { line: unreadableLine(known), isReadable: false };
}

const idOf = (entry: FeedEntry | UnreadableEntry) => (entry instanceof UnreadableEntry ? entry.known : entry).eventId;

/**
 * The values by which filters find an entry. Of an event that is being taken down as a whole they are those that the
 * log will keep.
 */
function valuesOf(entry: FeedEntry, underWay: RedactionsByEvent): EventValues {
  const { eventId, revision, values } = entry;
  const redactions = underWay.get(eventId) ?? [];
  if (!redactions.some((redaction) => isWholeRedaction(redaction) && revision < redaction.revision)) return values;
  return { ...noValues, ...Object.fromEntries(lastingLists.map((list) => [list, values[list]])) };
}

/** What cannot be compared with a filter is shown: the reader may have been shown the original. */
function isShown(entry: FeedEntry | UnreadableEntry, filter: Filter, underWay: RedactionsByEvent): boolean {
  return entry instanceof UnreadableEntry || matches(filter, valuesOf(entry, underWay));
}

/** What entries add to a page, one after the other. The revisions are read only of those that are shown. */
async function additionsOf(
  entries: readonly (FeedEntry | UnreadableEntry)[],
  filter: Filter,
  underWay: RedactionsByEvent,
): Promise<Addition[]> {
  const shown = entries.filter((entry) => isShown(entry, filter, underWay));
  const readable = shown.filter((entry): entry is FeedEntry => !(entry instanceof UnreadableEntry));
  const contentOf = await shownContents(readable as PlacedRevision[], underWay);
  return entries.map((entry) => {
    if (!shown.includes(entry)) return { line: null, isReadable: true };
    if (entry instanceof UnreadableEntry) return unreadable(entry.known, entry);
    try {
      return { line: changeLine(contentOf(entry)), isReadable: true };
    } catch (error) {
      if (!isFaultOfItem(error)) throw error;
      return unreadable(entry, error);
    }
  });
}

/** Which changes are requested. */
export interface ChangesRequest {
  readonly after: number;
  readonly limit: number;
  readonly filter: Filter;
}

/**
 * A page of changes that is being filled. It looks at each entry of the feed once, in order, also if it goes on later.
 */
export class ChangesScan {
  /** JSON texts. */
  readonly changes: string[] = [];
  /** The last position that was looked at; the requested one if there was none. */
  next: number;
  /** Nothing more comes into this page, whatever follows in the feed. */
  isFull = false;
  /**
   * The page is full and the feed has an entry behind it, without a gap: the page is not the last one, and never
   * changes.
   */
  isFollowed = false;
  /** Everything could be read. What could not be read may be by a later version of this code. */
  isReadable = true;
  /** It shows something of an event that is being taken down: when that is done, the page may show less. */
  isBeingTakenDown = false;
  /** The next position is not visible yet, though later ones can. */
  isBeforeGap = false;

  readonly #request: ChangesRequest;
  readonly #isFiltered: boolean;
  #entries = 0;
  #bytes = 0;

  constructor(request: ChangesRequest) {
    this.#request = request;
    this.next = request.after;
    this.#isFiltered = !matches(request.filter, noValues);
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
      return await feedAfter(this.next, Math.min(size, entriesPerRequest - this.#entries + 1), 'eventual');
    } catch (error) {
      if (!(error instanceof UnreadableEntry)) throw error;
      return { entries: [error], more: true, gap: false };
    }
  }

  /** Adds entries until the page is full. @returns how many were added */
  async #addAll(entries: readonly (FeedEntry | UnreadableEntry)[]): Promise<number> {
    const underWay = await redactionsUnderWay(entries.map(idOf));
    for (let index = 0; index < entries.length; index += contentsPerRead) {
      const part = entries.slice(index, index + contentsPerRead);
      const additions = await additionsOf(part, this.#request.filter, underWay);
      for (const [place, addition] of additions.entries()) {
        const isOpen = underWay.has(idOf(part[place] as FeedEntry | UnreadableEntry));
        this.isBeingTakenDown ||= isOpen && addition.line !== null;
        this.#add(addition);
        if (this.isFull) return index + place + 1;
      }
    }
    return entries.length;
  }

  #add({ line, isReadable }: Addition): void {
    if (line !== null) {
      this.changes.push(line);
      this.#bytes += Buffer.byteLength(JSON.stringify(line));
    }
    // It is the next in order: entries are read up to the first gap.
    this.next += 1;
    this.isReadable &&= isReadable;
    this.#entries += 1;
    this.isFull =
      this.changes.length >= this.#request.limit || this.#entries >= entriesPerRequest || this.#bytes >= pageLimitBytes;
  }

  async #isFollowedNow(): Promise<boolean> {
    try {
      return (await feedAfter(this.next, 1, 'eventual')).entries.length > 0;
    } catch (error) {
      if (error instanceof UnreadableEntry) return true;
      throw error;
    }
  }
}
