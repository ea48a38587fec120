import type { Range } from '../../../../events/dates/range.ts';
import { hasWords, type SearchWords } from '../../../../events/filters/text-search.ts';
import { InvalidInput } from '../../../../events/input/errors.ts';
import { isRedacted } from '../../../../events/redaction.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import type { PlacedRevision } from '../../event-log/published.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import type { TimelineFilters } from '../query/timeline-query.ts';
import { readCardContents } from './card-contents.ts';

/** A read of a page searches so many large entries, whose text is in the log: 400 read units at most. */
const largeEntriesSearched = 50;

/** An entry as a search looks at it. */
interface Searched {
  readonly order: string;
  /** As JSON text; null if it is large and not read yet. */
  readonly entry: string | null;
  readonly largeBytes: number;
  readonly revision: PlacedRevision;
}

/** The entries that have the words. */
export interface FoundWords<Entry> {
  readonly matches: readonly Entry[];
  /** The order of the last entry that was looked at; null if all were. */
  readonly lookedUntil: string | null;
}

/** Whether an entry, as JSON text, has the words. */
export const entryHasWords = (words: SearchWords, entry: string): boolean => hasWords(words, JSON.parse(entry));

/** A search for words in the texts of entries, in one read of a page. Reads side by side have one each. */
export class TextSearch {
  readonly #words: SearchWords;
  readonly #generation: string;
  readonly #consistency: Consistency;
  #left = largeEntriesSearched;

  constructor(words: SearchWords, generation: string, consistency: Consistency) {
    this.#words = words;
    this.#generation = generation;
    this.#consistency = consistency;
  }

  /** Whether the read may search no further large entry. */
  get isSpent(): boolean {
    return this.#left === 0;
  }

  /**
   * Finds the entries that have the words, up to the last large entry that the read may search. It searches one even if
   * it is spent: so it always says how far it has looked, and a walk goes on.
   */
  async narrow<Entry extends Searched>(matches: readonly Entry[]): Promise<FoundWords<Entry>> {
    const allLarge = matches.filter(({ entry }) => entry === null);
    const large = allLarge.slice(0, Math.max(1, this.#left));
    this.#left = Math.max(0, this.#left - large.length);
    const isCut = large.length < allLarge.length;
    const last = isCut ? matches.indexOf(large.at(-1) as Entry) : matches.length - 1;
    const contentOf = await readCardContents(
      this.#generation,
      large.map(({ revision }) => revision),
      this.#consistency,
    );
    const looked = matches.slice(0, last + 1);
    const found = looked.flatMap((match) => {
      if (match.entry !== null) return entryHasWords(this.#words, match.entry) ? [match] : [];
      const content = contentOf(match.revision);
      // What is taken down this very moment may be gone there already.
      const entry = isRedacted(content) ? null : JSON.stringify(entryOf(content));
      return entry !== null && entryHasWords(this.#words, entry) ? [{ ...match, entry, largeBytes: 0 }] : [];
    });
    return { matches: found, lookedUntil: looked.length < matches.length ? (looked.at(-1)?.order ?? null) : null };
  }
}

/** The words that a request searches for. */
export interface WordSearch {
  readonly words: SearchWords;
  /** Begins the search in one read of a page. */
  begin(): TextSearch;
}

/** The search of a request for words. */
export const wordSearch = (words: SearchWords, generation: string, consistency: Consistency): WordSearch => ({
  words,
  begin: () => new TextSearch(words, generation, consistency),
});

/**
 * Asserts that words are searched for in a part of the record only.
 *
 * @throws {InvalidInput} naming `q`
 */
export function assertSearchable(
  { q, story }: TimelineFilters & { readonly q?: SearchWords | undefined },
  { from, to }: Range,
): void {
  if (q === undefined || story !== undefined || from !== null || to !== null) return;
  const detail = 'Needs a story, or a range of dates (from, to or date), to search in.';
  throw new InvalidInput([{ parameter: 'q', detail }]);
}
