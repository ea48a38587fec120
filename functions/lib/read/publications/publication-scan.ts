import { justBefore } from '../../../../events/publication-times.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { answerLimitBytes, bytesInJson } from '../../http/answer-size.ts';
import { isCurrentAt, type ListedPublication, readPublications } from '../../timelines/publications.ts';
import { readCardContents } from '../cards/card-contents.ts';
import type { PageRequest } from '../cards/matches.ts';

/** A request reads at most so many lines of a list by publication: about 60 read units. */
const linesPerRequest = 4_000;

/** And at most the contents of so many revisions, half a read unit each. */
export const contentsPerRequest = 500;

/** The contents of so many revisions are read together: at most 3 MB. */
const contentsPerRead = 50;
const smallestRead = 20;
const largestRead = 1_000;

/** What a page shows of a revision. */
interface Findable {
  /** When the revision was published. */
  readonly order: string;
  readonly entry?: string | null;
}

/** A page that is being filled from a list by publication. It looks at each line once, the newest first. */
export class PublicationScan<Found extends Findable> {
  readonly found: Found[] = [];

  readonly #request: PageRequest;
  readonly #facet: string;
  readonly #find: (content: PublishedRevision) => Found | null;
  /** When the last line that was looked at was published; the place of the page before the first. */
  #looked: string | null;
  /** Whether the list ends with that line. */
  #isAtEnd = false;
  #lines = 0;
  #contents = 0;
  #bytes = 0;

  /** @param find what the page shows of a revision; null if it shows nothing */
  constructor(request: PageRequest, facet: string, find: (content: PublishedRevision) => Found | null) {
    this.#request = request;
    this.#facet = facet;
    this.#find = find;
    this.#looked = request.after;
  }

  /** Where the rest begins: after what was published at this instant; null at the end of the list. */
  get next(): string | null {
    return this.#isAtEnd ? null : this.#looked;
  }

  /** Reads until the page is full, the list ends, or the request has read as much as it may. */
  async run(): Promise<void> {
    while (!this.#isAtEnd && !this.#isFull && this.#lines < linesPerRequest && this.#contents < contentsPerRequest) {
      await this.#advance();
    }
  }

  get #isFull(): boolean {
    return this.found.length >= this.#request.limit || this.#bytes > answerLimitBytes;
  }

  /** Reads the next lines, and the contents of those that no later revision had replaced at the instant. */
  async #advance(): Promise<void> {
    const { asOf, limit, generation, consistency } = this.#request;
    const missing = limit - this.found.length;
    const size = Math.min(largestRead, Math.max(smallestRead, missing + Math.ceil(missing / 4), this.#lines));
    const last = this.#looked === null || this.#looked > asOf ? asOf : justBefore(this.#looked);
    const { publications, more } = await readPublications(generation, this.#facet, last, size, consistency);
    const current = publications.filter((publication) => isCurrentAt(publication, asOf));
    for (let index = 0; index < current.length; index += contentsPerRead) {
      if (this.#isFull || this.#contents >= contentsPerRequest) return;
      await this.#lookAt(current.slice(index, index + contentsPerRead));
    }
    const lastCurrent = current.at(-1)?.publishedAt ?? this.#looked;
    if (this.#looked !== lastCurrent) return;
    this.#lines += publications.length;
    this.#looked = publications.at(-1)?.publishedAt ?? this.#looked;
    this.#isAtEnd = !more;
  }

  async #lookAt(publications: readonly ListedPublication[]): Promise<void> {
    const { generation, consistency } = this.#request;
    const contentOf = await readCardContents(generation, publications, consistency);
    for (const publication of publications) {
      if (this.#isFull) return;
      const found = this.#find(contentOf(publication));
      if (found) {
        this.found.push(found);
        this.#bytes += bytesInJson(found.entry ?? '');
      }
      this.#looked = publication.publishedAt;
      this.#contents += 1;
    }
  }
}
