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
  /** The language that the address of the page names, if it does: so do the addresses of its other parts. */
  readonly named?: string | undefined;
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
  /** What its reader has chosen, as parameters of its address: the page in another language keeps it. */
  readonly asked?: Readonly<Record<string, string>>;
  /** Whether search engines leave it out: it shows a part, or an earlier state, of another page. */
  readonly isPartial: boolean;
  readonly alternates: readonly Alternate[];
  /** Further elements of the head, for programs that read pages. */
  readonly head?: readonly Content[];
  readonly content: Content;
}

type Options = Partial<Pick<PageContext, 'zone' | 'isEmbedded' | 'named'>>;

/** The context of a page in a language (BCP 47). */
export function contextOf(
  origin: string,
  tag: string,
  { zone = 'UTC', isEmbedded = false, named }: Options = {},
): PageContext {
  const language = languageIn(tag) ?? 'en';
  return { origin, language, words: wordsOf(language), pageWords: pageWordsOf(language), zone, isEmbedded, named };
}

/** The address of another part of a page: in the language that the address of the page names, if it names one. */
export function addressOfPart(
  path: string,
  query: Readonly<Record<string, string>>,
  { named }: Pick<PageContext, 'named'>,
): string {
  const parameters = new URLSearchParams({ ...query, ...(named !== undefined && { language: named }) });
  return parameters.size > 0 ? `${path}?${parameters}` : path;
}

/** The day and the time of an instant (RFC 3339) in the zone of a page, in words. */
export const timeInWords = (instant: string, { words, zone }: PageContext): string =>
  momentInWords(instantInZone(instant, zone), words);

/** The day of an instant in the zone of a page, in words. */
export const dateInWords = (instant: string, { words, zone }: PageContext): string =>
  momentInWords(instantInZone(instant, zone).slice(0, 'YYYY-MM-DD'.length), words);
