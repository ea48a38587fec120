import { en } from './en.ts';
import { fr } from './fr.ts';
import { type Language, languageIn, languages } from './languages.ts';
import type { Words } from './words.ts';

const catalogues: Readonly<Record<Language, Words>> = { en, fr };

/** The words for an answer in a language (BCP 47): its own, else those of the default language. */
export const wordsOf = (tag: string): Words => catalogues[languageIn(tag) ?? languages[0]];
