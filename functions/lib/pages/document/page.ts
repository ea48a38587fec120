import type { Content } from '../../html/element.ts';
import { type Language, languageIn } from '../../words/languages.ts';
import { instantInZone } from '../../words/local-date.ts';
import type { PageWords } from '../../words/page-words.ts';
import { pageWordsOf } from '../../words/page-words-of.ts';
import { momentInWords } from '../../words/when-in-words.ts';
import type { Words } from '../../words/words.ts';
import { wordsOf } from '../../words/words-of.ts';

/** What all parts of a page depend on. */
export interface PageContext {
  /** Public base address, without a slash at the end. */
  readonly origin: string;
  /** The language of the words. */
  readonly language: Language;
  readonly words: Words;
  readonly pageWords: PageWords;
  /** The zone in which times are shown. */
  readonly zone: string;
  /** Whether the page is shown in a frame of another site. */
  readonly isEmbedded: boolean;
  /** What the reader has asked for: the parameters of the query, as they were sent. */
  readonly asked: Readonly<Record<string, string>>;
}

/** A representation of the same content. */
export interface Alternate {
  readonly href: string;
  readonly type?: string;
  readonly title: string;
  readonly language?: string;
}

/** A page, without the parts that all pages share. */
export interface Page {
  readonly title: string;
  /** The language of the title, if it is another one than that of the page. */
  readonly titleLanguage?: string;
  readonly description: string | null;
  /** The address that search engines keep. */
  readonly canonical: string;
  /** Whether search engines leave it out: it shows a part, or an earlier state, of another page. */
  readonly isPartial: boolean;
  readonly alternates: readonly Alternate[];
  /** Further elements of the head, for programs that read pages. */
  readonly head?: readonly Content[];
  readonly content: Content;
}

type Options = Partial<Pick<PageContext, 'zone' | 'isEmbedded' | 'asked'>>;

/** The context of a page in a language (BCP 47). */
export function contextOf(
  origin: string,
  tag: string,
  { zone = 'UTC', isEmbedded = false, asked = {} }: Options = {},
): PageContext {
  const language = languageIn(tag) ?? 'en';
  return { origin, language, words: wordsOf(language), pageWords: pageWordsOf(language), zone, isEmbedded, asked };
}

/**
 * An address with what the reader has asked for, but for what changes.
 *
 * @param address of the page, without a query
 * @param changes the new values of parameters; null leaves one out
 */
export function addressWith(
  address: string,
  changes: Readonly<Record<string, string | null>>,
  { asked }: Pick<PageContext, 'asked'>,
): string {
  const query = new URLSearchParams(asked);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  return query.size > 0 ? `${address}?${query}` : address;
}

/** The day and the time of an instant (RFC 3339) in the zone of a page, in words. */
export const timeInWords = (instant: string, { words, zone }: PageContext): string =>
  momentInWords(instantInZone(instant, zone), words);

/** The day of an instant in the zone of a page, in words. */
export const dateInWords = (instant: string, { words, zone }: PageContext): string =>
  momentInWords(instantInZone(instant, zone).slice(0, 'YYYY-MM-DD'.length), words);
