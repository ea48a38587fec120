import { type Language, languageIn, languages } from './languages.ts';
import { pageEn } from './page-en.ts';
import { pageFr } from './page-fr.ts';
import type { PageWords } from './page-words.ts';

const catalogues: Readonly<Record<Language, PageWords>> = { en: pageEn, fr: pageFr };

/** The words of a page in a language (BCP 47): its own, else those of the default language. */
export const pageWordsOf = (tag: string): PageWords => catalogues[languageIn(tag) ?? languages[0]];
