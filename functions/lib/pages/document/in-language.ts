import type { Attributes } from '../../html/element.ts';
import { directionOf } from '../../words/direction.ts';

/** The attributes of a text in a language (BCP 47), if it is another one than that of the page. */
export const inLanguage = (language: string, ofPage: string): Attributes =>
  language === ofPage ? {} : { lang: language, dir: directionOf(language) };
