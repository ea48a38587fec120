import { certaintyOf } from '../../../events/dates/certainty.ts';
import { dayMs } from '../../../events/dates/durations.ts';
import { keyBounds, type Range } from '../../../events/dates/range.ts';
import { justBefore } from '../../../events/publication-times.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { cardOf } from '../../../events/timeline/card.ts';
import { readContents } from '../event-log/published.ts';
import { answerLimitBytes, bytesInJson } from '../http/answer-size.ts';
import type { FacetHead } from '../timelines/heads.ts';
import { type ListedPublication, readPublications } from '../timelines/publications.ts';
import { type Match, type Matches, type PageRequest, readMatches } from './matches.ts';

/** So many entries are sorted by when they were published: 1.4 MB of cards, 175 read units. */
const largestSorted = 2_000;

/** A request reads at most so many lines of a list by publication (about 60 read units), and so many contents of revisions (half a unit each). */
const linesPerRequest = 4_000;
const contentsPerRequest = 500;

/** The contents of so many revisions are read together: at most 3 MB. */
const contentsPerRead = 50;
const smallestRead = 20;
const largestRead = 1_000;

/** What a page in order of publication needs besides. */
export interface PublishedOrder {
  /** The facet whose list by publication has every entry that can match. */
  readonly listed: string;
  /** Whether the page is about all entries of that facet, whatever their date. */
  readonly isUnfiltered: boolean;
}

const hasBounds = ({ from, to }: Range) => from !== null || to !== null;

/** About how many entries of a facet can be in a range, if they are spread evenly over its days. */
function estimateIn({ entries, first, last }: FacetHead, range: Range): number {
  const { from, to } = keyBounds(range);
  if (first === null || last === null) return entries;
  const [start, end] = [Date.parse(first), Date.parse(last) + dayMs];
  const covered = Math.max(dayMs, Math.min(to ?? end, end) - Math.max(from ?? start, start));
  return (entries * covered) / Math.max(dayMs, end - start);
}

/** Whether the matches are few enough to be read by when they happened, and sorted. */
function maySort({ heads, range }: PageRequest): boolean {
  const entries = heads.reduce((sum, head) => sum + head.entries, 0);
  const estimate = heads.reduce((sum, head) => sum + estimateIn(head, range), 0);
  return entries <= largestSorted || (hasBounds(range) && estimate <= largestSorted / 2);
}

/** All matches, sorted by when they were published; null if they are too many. */
async function sortedMatches(request: PageRequest): Promise<Matches | null> {
  const { after, limit } = request;
  const found = await readMatches({ ...request, limit: largestSorted, after: null, descending: false });
  if (found.next !== null) return null;
  const sorted = found.matches
    .map((match): Match => ({ ...match, order: match.revision.publishedAt }))
    .filter(({ order }) => after === null || order < after)
    .sort((one, other) => (one.order < other.order ? 1 : -1));
  const matches = sorted.slice(0, limit);
  return { matches, next: sorted.length > limit ? (matches.at(-1)?.order ?? null) : null, isCut: false };
}

/** The match of a revision; null if the query does not find it. */
function matchOf(content: PublishedRevision, { accepts, range }: PageRequest): Match | null {
  const card = cardOf(content);
  const certainty = card && accepts(card.filters) ? certaintyOf(card.extent, range) : null;
  if (!card || !certainty) return null;
  const { extent, entry, eventId, revision, position, publishedAt } = card;
  return {
    order: publishedAt,
    extent,
    certainty,
    entry,
    largeBytes: 0,
    revision: { eventId, revision, position, publishedAt },
  };
}

/** A page that is being filled from a list by publication. It looks at each line once, the newest first. */
class PublicationScan {
  readonly matches: Match[] = [];
  /** Where the last line that was looked at was published; null before the first. */
  looked: string | null;
  /** Whether the list ends with that line. */
  isAtEnd = false;

  readonly #request: PageRequest;
  readonly #facet: string;
  #lines = 0;
  #contents = 0;
  #bytes = 0;

  constructor(request: PageRequest, facet: string) {
    this.#request = request;
    this.#facet = facet;
    this.looked = request.after;
  }

  get isFull(): boolean {
    return this.matches.length >= this.#request.limit || this.#bytes > answerLimitBytes;
  }

  /** Whether the request has read as much as it may. */
  get isSpent(): boolean {
    return this.#lines >= linesPerRequest || this.#contents >= contentsPerRequest;
  }

  /** Reads the next lines, and the contents of those that no later revision had replaced at the instant. */
  async advance(): Promise<void> {
    const { asOf, limit, generation, consistent } = this.#request;
    const missing = limit - this.matches.length;
    const size = Math.min(largestRead, Math.max(smallestRead, missing + Math.ceil(missing / 4), this.#lines));
    const last = this.looked === null || this.looked > asOf ? asOf : justBefore(this.looked);
    const { publications, more } = await readPublications(generation, this.#facet, last, size, consistent);
    const shown = publications.filter(({ publishedUntil = '~' }) => publishedUntil > asOf);
    for (let index = 0; index < shown.length && !this.isFull && !this.isSpent; index += contentsPerRead) {
      await this.#lookAt(shown.slice(index, index + contentsPerRead));
    }
    const lastShown = shown.at(-1)?.publishedAt ?? null;
    if (lastShown !== null && this.looked !== lastShown) return;
    this.#lines += publications.length;
    this.looked = publications.at(-1)?.publishedAt ?? this.looked;
    this.isAtEnd = !more;
  }

  async #lookAt(publications: readonly ListedPublication[]): Promise<void> {
    const contentOf = await readContents(publications, this.#request.consistent);
    for (const publication of publications) {
      if (this.isFull) return;
      const match = matchOf(contentOf(publication), this.#request);
      if (match) {
        this.matches.push(match);
        this.#bytes += bytesInJson(match.entry ?? '');
      }
      this.looked = publication.publishedAt;
      this.#contents += 1;
    }
  }
}

async function scannedMatches(request: PageRequest, { listed, isUnfiltered }: PublishedOrder): Promise<Matches> {
  const scan = new PublicationScan(request, listed);
  while (!scan.isAtEnd && !scan.isFull && !scan.isSpent) await scan.advance();
  const { matches, looked } = scan;
  const isShort = !scan.isAtEnd && matches.length < request.limit;
  return { matches, next: scan.isAtEnd ? null : looked, isCut: isShort && !isUnfiltered };
}

/**
 * Finds up to `limit` matches as of a moment in the order in which their revisions were published, the newest first. All of a story,
 * or of everything, is read from its list by publication. With a filter or a range, matches are sorted if they are few, and else
 * searched for in that list: then a page may be short.
 */
export async function readPublishedMatches(request: PageRequest, published: PublishedOrder): Promise<Matches> {
  const isListed = published.isUnfiltered && !hasBounds(request.range) && request.limit <= contentsPerRequest;
  const sorted = !isListed && maySort(request) ? await sortedMatches(request) : null;
  return sorted ?? scannedMatches(request, published);
}
